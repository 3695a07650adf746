import assert from 'node:assert/strict';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { tlsIdentity } from '../support/certificates.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { fakeDns } from './support/fake-dns.ts';
import { assertHealthy } from './support/healthy.ts';
import { reviewImage, wordsOf } from './support/image-case.ts';
import { kindsIn } from './support/kinds-in.ts';

/**
 * Names of this machine that count as private or public: the guard leaves out the addresses in 10.255.255.0/24, but a
 * name that has one counts as private.
 */
const resolveHost = fakeDns({
  'inner.test': ['127.0.0.1', '10.255.255.1'],
  'public.test': ['127.0.0.1'],
});
const network = { allowAddresses: ['127.0.0.1'], denyRanges: ['10.255.255.0/24'] };
const client = { connectTimeout: '400ms', headersTimeout: '400ms' };

function web(listener: RequestListener): Server {
  return createHttpServer(listener);
}

function raw(bytes: string): Server {
  return createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.end(bytes)));
}

/** What may listen inside of a cluster, by what the answer would tell. */
async function services(): Promise<readonly (readonly [it: string, service: Server])[]> {
  const html = { 'Content-Type': 'text/html' };
  return [
    ['a TLS server with a certificate for another name', createTlsServer(await tlsIdentity('wrong-host'))],
    ['a TLS server with an unknown CA', createTlsServer(await tlsIdentity('self-signed'))],
    ['a TLS server with an expired certificate', createTlsServer(await tlsIdentity('expired'))],
    ['a server that never answers', createServer(() => undefined)],
    ['a server that resets', createServer((socket) => socket.resetAndDestroy())],
    ['SSH', raw('SSH-2.0-OpenSSH_9.7\r\n')],
    ['a database', raw('\u0000\u0000\u0001E')],
    ['plain HTTP with a page', web((_, response) => response.writeHead(200, html).end('<html>'))],
    ['plain HTTP with a 404', web((_, response) => response.writeHead(404, html).end('<html>'))],
    ['plain HTTP with an empty 404', web((_, response) => response.writeHead(404).end())],
    ['plain HTTP with a 503', web((_, response) => response.writeHead(503).end())],
    ['plain HTTP with other content', web((_, response) => response.writeHead(200, { 'X-A': 'b' }).end('{}'))],
  ];
}

test('F111 the answers about the ports of a private host are the same, and the log has the causes', async () => {
  await using stack = new AsyncDisposableStack();
  const ports = [1];
  for (const [, service] of await services()) ports.push(stack.use(await listenOnLoopback(service)).port);
  await using pullgate = await startPullgate(
    { client, network, registries: ports.slice(8).map((port) => ({ host: `public.test:${port}`, insecure: true })) },
    { resolveHost },
  );
  const [inner, outer] = [new Set<string>(), new Set<string>()];
  for (const port of ports) {
    for (const [host, words] of [
      ['inner.test', inner],
      ['public.test', outer],
    ] as const) {
      const answer = await reviewImage(pullgate, `${host}:${port}/team/app:v1`);
      assert.equal(answer.status, 200, answer.text);
      words.add(`${kindsIn(answer).join()} ${wordsOf(answer).replaceAll(String(port), 'PORT')}`);
    }
  }
  assert.equal(inner.size, 1, [...inner].join('\n'));
  assert.match([...inner].join(''), /^registry-unreachable: unproven-host .*the log of Pullgate says why/s);
  assert.ok(outer.size > 5, [...outer].join('\n'));
  const causes = pullgate.log.flatMap((line) => (/"cause":"([^"]+)"/.exec(line) ?? []).slice(1));
  assert.ok(new Set(causes).size > 5, causes.join());
  await assertHealthy(pullgate);
});

test('F111 a private registry that the operator named keeps the exact cause', async () => {
  const host = 'inner.test:1';
  await using pullgate = await startPullgate({ client, network, registries: [{ host }] }, { resolveHost });
  const answer = await reviewImage(pullgate, `${host}/team/app:v1`);
  assert.deepEqual(kindsIn(answer), ['registry-unreachable: connection-refused'], answer.text);
  await assertHealthy(pullgate);
});

test('F112 a namespace names 60 new registries within a minute; known ones and other namespaces go on', async () => {
  await using script = await startScript(publicRegistry());
  await using pullgate = await startPullgate({ client, network }, { resolveHost });
  const known = script.substitute('{{registry}}/team/app:v1');
  assert.deepEqual(kindsIn(await reviewImage(pullgate, known)), []);
  const kinds = [];
  for (let port = 1; port <= 70; port += 1) {
    kinds.push(...kindsIn(await reviewImage(pullgate, `no-such-host-${port}.test/team/app:v1`)));
  }
  assert.deepEqual(kinds, [
    // The known registry was the first.
    ...Array.from({ length: 59 }, () => 'registry-unknown-host: dns-not-found'),
    ...Array.from({ length: 11 }, () => 'not-checked: new-registries'),
  ]);
  assert.deepEqual(kindsIn(await reviewImage(pullgate, known)), []);
  const elsewhere = await pullgate.review(deployment(['no-such-host-0.test/team/app:v1']), { namespace: 'other' });
  assert.deepEqual(kindsIn(elsewhere), ['registry-unknown-host: dns-not-found'], elsewhere.text);
});
