import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { exchange, reviewText } from '../support/admission-client.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { stretched } from '../support/stretched.ts';
import { asInManifest } from './support/as-in-manifest.ts';
import { assertHealthy } from './support/healthy.ts';
import { watchMemory } from './support/memory.ts';
import { openSite, type Replica } from './support/serving.ts';
import { until } from './support/until.ts';

const path = '/validate?timeout=10s';
/** How many connections come at once. */
const connections = 2_000;
/** The default of `server.maxConnections`. */
const maxConnections = 2_048;

const silences = [
  { it: 'without a TLS handshake', open: (port: number) => connectTcp(port, '127.0.0.1'), opened: 'connect' },
  {
    it: 'without a request',
    open: (port: number) => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }),
    opened: 'secureConnect',
  },
] as const;

/** Opens `count` connections, some at a time. */
async function openAll(count: number, { open, opened }: (typeof silences)[number], { port }: Replica) {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: 64 }, () =>
      open(port)
        .on('error', () => undefined)
        .resume(),
    );
    await Promise.all(some.map((socket) => once(socket, opened)));
    sockets.push(...some);
  }
  return sockets;
}

for (const silence of silences) {
  test(`F100 2,048 connections ${silence.it} do not lock the API server out`, async () => {
    await using site = await openSite();
    await using replica = await site.start({ log: { level: 'warn' } }, await asInManifest());
    await using memory = watchMemory(replica);
    const sockets = await openAll(maxConnections, silence, replica);
    const fresh = new Agent({ keepAlive: false, ca: site.agent.options.ca });
    const answer = await exchange(fresh, replica.port, path, reviewText(deployment(['Bad Name'])));
    assert.deepEqual([answer.status, answer.kinds], [200, ['invalid-image-name']]);
    assert.ok(await replica.isReady());
    await memory.assertBelowLimit();
    await until('the idle connections are closed', () => sockets.every(({ closed }) => closed), stretched(30_000));
    await assertHealthy(replica);
  });
}

test('F100 a replica that must refuse connections is not ready, until it need not any more', async () => {
  await using script = await startScript(publicRegistry({ rules: [{ do: { hang: true } }] }));
  await using site = await openSite();
  await using replica = await site.start({ server: { maxConnections: 16 } });
  const hanging = reviewText(deployment([script.substitute('{{registry}}/team/app:v1')]));
  const callers = new Agent({ keepAlive: false, ca: site.agent.options.ca });
  const calls: Promise<unknown>[] = [];
  const ask = () => calls.push(exchange(callers, replica.port, path, hanging).catch(() => 'refused'));
  async function isCrowded(): Promise<boolean> {
    ask();
    return !(await replica.isReady());
  }
  await until('it is not ready', isCrowded, stretched(5_000));
  assert.ok((await Promise.all(calls)).includes('refused'));
  await until('it is ready', () => replica.isReady(), stretched(40_000));
});

test('F103 256 hanging reviews of one namespace do not stop those of another', async () => {
  await using script = await startScript(
    publicRegistry({ rules: [{ match: { path: '/hang/' }, do: { hang: true } }] }),
  );
  await using pullgate = await startPullgate({
    profile: 'strict',
    deadline: '30s',
    client: { headersTimeout: '20s' },
  });
  const host = script.substitute('{{registry}}');
  const { port } = pullgate.webhook;
  const agent = new Agent({ keepAlive: true, ca: pullgate.agent.options.ca });
  const hanging = reviewText(deployment([`${host}/hang/app:v1`]), { dryRun: true, namespace: 'stalled' });
  let ended = 0;
  const stalled = Array.from({ length: 300 }, async () => {
    const { status } = await exchange(agent, port, '/validate?timeout=30s', hanging);
    ended += 1;
    return status;
  });
  await until('they have all the places that they get', async () =>
    /^pullgate_reviews_waiting [1-9]/m.test((await pullgate.get('/metrics')).text),
  );
  for (let index = 0; index < 20; index += 1) {
    const good = await pullgate.review(deployment([`${host}/team/app:v1`]), { namespace: 'neighbour' });
    assert.deepEqual([good.status, good.allowed, good.kinds], [200, true, []], good.text);
    assert.ok(good.ms < stretched(1_000), `${good.ms} ms`);
  }
  assert.equal(ended, 0, 'the others still hang');
  assert.deepEqual(new Set(await Promise.all(stalled)), new Set([200]));
  agent.destroy();
  await assertHealthy(pullgate);
});

test('F104 2,000 new TLS connections with a review each are all checked', async () => {
  await using script = await startScript(publicRegistry());
  await using site = await openSite();
  await using replica = await site.start({ log: { level: 'warn' }, deadline: '30s' }, await asInManifest());
  await using memory = watchMemory(replica);
  const tolerated = stretched(20);
  const agent = new Agent({ keepAlive: false, ca: site.agent.options.ca });
  const body = reviewText(deployment([script.substitute('{{registry}}/team/app:v1')]));
  const kinds = await Promise.all(
    Array.from({ length: connections }, () =>
      exchange(agent, replica.port, '/validate?timeout=30s', body).then(
        (answer) => (answer.status === 200 ? answer.kinds.join() : String(answer.status)),
        // On a busy machine, the last handshakes end after their time limit.
        (error: NodeJS.ErrnoException) => String(error.code),
      ),
    ),
  );
  const unchecked = kinds.filter((kind) => kind === 'not-checked' || kind.startsWith('E')).length;
  assert.ok(
    unchecked <= Math.max(tolerated, stretched(20)),
    `${unchecked} are not checked: ${[...new Set(kinds)].join(' ')}`,
  );
  assert.deepEqual(
    kinds.filter((kind) => /^\d/.test(kind)),
    [],
  );
  await memory.assertBelowLimit();
  await assertHealthy(replica);
});
