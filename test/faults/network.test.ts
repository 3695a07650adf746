import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { createDns } from '../../src/registry/network/dns.ts';
import { startBlackHole } from '../support/black-hole.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { serverFailure, startNameServer, type NameRecord } from '../support/name-server.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { manifestHeaders, publicRegistry } from '../support/registries.ts';
import type { Listening } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { kindsIn } from './support/kinds-in.ts';
import { stretched } from '../support/stretched.ts';

/** Short timeouts keep the suite fast. The results are the same with longer ones. */
const shortTimeouts = { client: { connectTimeout: '500ms', headersTimeout: '500ms' } } as const;

/** [the fault, the records of the name server, the finding] */
const lookups: readonly (readonly [it: string, names: Readonly<Record<string, NameRecord>>, findings: string])[] = [
  ['a name that does not exist (NXDOMAIN)', {}, 'registry-unknown-host: dns-not-found'],
  ['a name without an address', { 'registry.test': {} }, 'registry-unknown-host: dns-not-found'],
  [
    'a name server that fails (SERVFAIL)',
    { 'registry.test': { code: serverFailure } },
    'registry-unreachable: dns-failed',
  ],
  ['a name server that does not respond', { 'registry.test': { silent: true } }, 'registry-unreachable: dns-failed'],
];

for (const [it, names, expected] of lookups) {
  test(`F37 ${it} gives a warning`, async () => {
    await using server = await startNameServer(names);
    const resolveHost = createDns({
      servers: [server.address],
      hostsFile: '/dev/null',
      resolvConf: '/dev/null',
      timeoutMs: 400,
    });
    await using pullgate = await startPullgate(shortTimeouts, { resolveHost });
    const answer = await pullgate.review(deployment(['registry.test/team/app:v1']));
    assert.deepEqual([answer.status, answer.allowed, kindsIn(answer)], [200, true, [expected]], answer.text);
    assert.ok(answer.ms < stretched(2_000), `${answer.ms} ms`);
    await assertHealthy(pullgate);
  });
}

const ports: readonly (readonly [it: string, listen: Listening, findings: string])[] = [
  ['a refused connection', 'closed', 'registry-unreachable: connection-refused'],
  ['a reset connection', 'reset', 'registry-unreachable: reset'],
  ['a registry that accepts but never responds', 'silent', 'registry-unreachable: timeout'],
];

for (const [it, listen, expected] of ports) {
  test(`F38 ${it} gives a warning`, async () => {
    await using script = await startScript(publicRegistry({ listen }));
    await using pullgate = await startPullgate(shortTimeouts);
    const answer = await pullgate.review(deployment([script.substitute('{{registry}}/team/app:v1')]));
    assert.deepEqual([answer.status, answer.allowed, kindsIn(answer)], [200, true, [expected]], answer.text);
    assert.ok(answer.ms < stretched(2_500), `${answer.ms} ms`);
    await assertHealthy(pullgate);
  });
}

test('F38 a registry that drops connections gives a warning; later reviews do not wait for it', async () => {
  await using hole = await startBlackHole();
  await using pullgate = await startPullgate({
    client: { ...shortTimeouts.client, breaker: { failures: 1, pause: '1m' } },
  });
  const review = (tag: string) => pullgate.review(deployment([`127.0.0.1:${hole.port}/team/app:${tag}`]));
  const first = await review('v1');
  assert.deepEqual([first.allowed, kindsIn(first)], [true, ['registry-unreachable: timeout']], first.text);
  assert.ok(first.ms < stretched(2_000), `${first.ms} ms`);
  const later: number[] = [];
  for (let tag = 2; tag < 22; tag += 1) {
    const answer = await review(`v${tag}`);
    assert.deepEqual([answer.allowed, kindsIn(answer)], [true, ['registry-unreachable: timeout']], answer.text);
    later.push(answer.ms);
  }
  const [median = 0] = later.toSorted((a, b) => a - b).slice(later.length / 2);
  assert.ok(median < 20, `${median} ms`);
  await assertHealthy(pullgate);
});

test('F38 if all registries drop connections, the answer comes before the deadline', async () => {
  await using one = await startBlackHole();
  await using two = await startBlackHole();
  await using pullgate = await startPullgate();
  const images = [one, two].map(({ port }) => `127.0.0.1:${port}/team/app:v1`);
  const answer = await pullgate.review(deployment(images), { query: '?timeout=1s' });
  assert.deepEqual([answer.allowed, kindsIn(answer)], [true, ['not-checked: deadline', 'not-checked: deadline']]);
  assert.ok(answer.ms < stretched(950), `${answer.ms} ms`);
  await assertHealthy(pullgate);
});

/** How a registry ends a connection that is reused. */
const endings = {
  reset: (socket: Socket) => void socket.resetAndDestroy(),
  closed: (socket: Socket) => void socket.end(),
} as const;

for (const [how, end] of Object.entries(endings)) {
  test(`F43 a kept connection that is ${how} when it is reused does no harm`, async () => {
    const used = new WeakSet<Socket>();
    const server = createServer(({ socket }, response) => {
      if (used.has(socket)) return end(socket);
      used.add(socket);
      response.writeHead(200, manifestHeaders).end();
    });
    await using registry = await listenOnLoopback(server);
    await using pullgate = await startPullgate(shortTimeouts);
    for (const tag of ['v1', 'v2', 'v3', 'v4']) {
      const answer = await pullgate.review(deployment([`${registry.host}/team/app:${tag}`]));
      assert.deepEqual([answer.allowed, kindsIn(answer)], [true, []], answer.text);
      assert.ok(answer.ms < stretched(1_000), `${answer.ms} ms`);
    }
    await assertHealthy(pullgate);
  });
}

test('F44 an image is found if its registry drops IPv6, but not IPv4, connections', async () => {
  await using script = await startScript(publicRegistry());
  const port = Number(script.symbols['registry.port']);
  await using hole = await startBlackHole('::1', port);
  const addresses = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ] as const;
  await using pullgate = await startPullgate({}, { resolveHost: () => Promise.resolve(addresses) });
  const answer = await pullgate.review(deployment([`localhost:${hole.port}/team/app:v1`]));
  assert.deepEqual([answer.allowed, kindsIn(answer)], [true, []], answer.text);
  assert.ok(answer.ms < stretched(2_000), `${answer.ms} ms`);
  await assertHealthy(pullgate);
});
