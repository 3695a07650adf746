import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { listenOnLoopback } from '../support/loopback.ts';
import { startPullgate } from '../support/pullgate.ts';
import { fakeDns } from './support/fake-dns.ts';
import { assertHealthy } from './support/healthy.ts';
import { reviewImage } from './support/image-case.ts';
import { kindsIn } from './support/kinds-in.ts';

const resolveHost = fakeDns({
  'registry.test': ['127.0.0.1'],
  'inner.test': ['10.254.0.1'],
  'login.elsewhere.test': ['127.0.0.1'],
});

/** Starts a registry with a realm, and a server that records what it is asked. */
async function reviewWith(realm: (target: string) => string) {
  await using stack = new AsyncDisposableStack();
  const asked: string[] = [];
  const target = stack.use(
    await listenOnLoopback(
      createServer(({ method, url }, response) => {
        asked.push(`${method} ${url}`);
        response.writeHead(404).end();
      }),
    ),
  );
  const registry = stack.use(
    await listenOnLoopback(
      createServer((_, response) => {
        const challenge = `Bearer realm="${realm(String(target.port))}",service="s"`;
        response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
      }),
    ),
  );
  const host = `registry.test:${registry.port}`;
  const pullgate = stack.use(
    await startPullgate(
      {
        registries: [{ host, insecure: true }],
        network: { allowAddresses: ['127.0.0.1'] },
      },
      { resolveHost },
    ),
  );
  const answer = await reviewImage(pullgate, `${host}/team/app:v1`);
  assert.deepEqual([answer.status, answer.allowed], [200, true], answer.text);
  await assertHealthy(pullgate);
  return { kinds: kindsIn(answer), asked };
}

const long = 'x'.repeat(3_000);
const cases: readonly (readonly [it: string, realm: (port: string) => string, findings: string, asked: string[]])[] = [
  ['at a private name', (port) => `http://inner.test:${port}/admin?do=it`, 'not-checked: private-realm', []],
  ['at a private address', (port) => `http://10.254.0.1:${port}/admin`, 'not-checked: private-realm', []],
  ['at a private address as a number', (port) => `http://184418305:${port}/`, 'not-checked: private-realm', []],
  ['with a long path', (port) => `http://login.elsewhere.test:${port}/${long}`, 'registry-unreachable: protocol', []],
  [
    'with a query of its own',
    (port) => `http://login.elsewhere.test:${port}/token?do=it&account=me`,
    'registry-unreachable: token-answer',
    ['GET /token?account=me&service=s&scope=repository%3Ateam%2Fapp%3Apull'],
  ],
];

for (const [it, realm, findings, requests] of cases) {
  test(`F113 a realm ${it} gets only what a token needs, or nothing`, async () => {
    assert.deepEqual(await reviewWith(realm), { kinds: [findings], asked: requests });
  });
}
