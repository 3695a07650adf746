import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBlackHole } from '../support/black-hole.ts';
import { caFile } from '../support/certificates.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { holdPort } from '../support/scripted-registry/held-port.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { kindsIn } from './support/kinds-in.ts';
import { stretched } from '../support/stretched.ts';

interface Proxy extends AsyncDisposable {
  readonly port: number;
}

/** A proxy for both schemes that requires a password and accepts none. */
function authenticatingProxy(): Server {
  const challenge = { 'proxy-authenticate': 'Basic realm="proxy"' };
  const server = createServer((_, response) => void response.writeHead(407, challenge).end());
  return server.on('connect', (_, socket) => {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n');
  });
}

/** A proxy that connects every request to this machine. */
function workingProxy(): Server {
  return createServer().on('connect', ({ url }, socket, head) => {
    const port = Number(url?.split(':')[1]);
    const target = connect({ host: '127.0.0.1', port }, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
  });
}

/** A port that refuses connections. */
async function closedPort(): Promise<Proxy> {
  const held = await holdPort();
  return { port: held.port, [Symbol.asyncDispose]: () => held.release() };
}

interface Case {
  readonly it: string;
  readonly scheme: 'http' | 'https';
  readonly proxy: () => Promise<Proxy>;
  readonly findings: readonly string[];
}

const cases: readonly Case[] = [
  {
    it: 'F45 a working proxy does no harm',
    scheme: 'https',
    proxy: () => listenOnLoopback(workingProxy()),
    findings: [],
  },
  ...(['http', 'https'] as const).flatMap((scheme): readonly Case[] => [
    {
      it: `F45 a proxy for ${scheme} that requires a password gives a warning`,
      scheme,
      proxy: () => listenOnLoopback(authenticatingProxy()),
      findings: ['registry-unreachable: proxy'],
    },
    {
      it: `F45 a proxy for ${scheme} that is down gives a warning`,
      scheme,
      proxy: closedPort,
      findings: ['registry-unreachable: proxy'],
    },
    {
      it: `F45 a proxy for ${scheme} that drops connections gives a warning`,
      scheme,
      proxy: () => startBlackHole(),
      findings: ['registry-unreachable: timeout'],
    },
  ]),
];

/** The host name in the certificate `wrong-host`. Requests to a loopback host would not use a proxy. */
const name = 'other.example.test';

for (const { it, scheme, proxy, findings: expected } of cases) {
  test(it, async () => {
    await using script = await startScript(publicRegistry({ listen: scheme, certificate: 'wrong-host' }));
    const host = script.substitute(`${name}:{{registry.port}}`);
    await using certs = await certsFolder(host, `${scheme}://${host}`);
    await using running = await proxy();
    const url = `http://127.0.0.1:${running.port}`;
    await using pullgate = await startPullgate({
      client: { connectTimeout: '500ms', headersTimeout: '500ms' },
      certsDir: certs.path,
      proxy: { http: url, https: url },
    });
    const answer = await pullgate.review(deployment([`${host}/team/app:v1`]));
    assert.deepEqual([answer.status, answer.allowed, kindsIn(answer)], [200, true, expected], answer.text);
    assert.ok(answer.ms < stretched(2_500), `${answer.ms} ms`);
    await assertHealthy(pullgate);
  });
}

/** Creates a certs.d folder with one hosts.toml. */
async function certsFolder(host: string, server: string): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'pullgate-certs-'));
  await mkdir(join(path, host));
  await writeFile(join(path, host, 'hosts.toml'), `server = "${server}"\nca = "${await caFile()}"\n`);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
