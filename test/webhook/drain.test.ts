import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createDrain } from '../../src/webhook/drain.ts';
import { allowed, ask, clientAgent, reviewText, startLoad, startStand } from './stand.ts';

test('F21: ends under load without a failed call', { timeout: 20_000 }, async (t) => {
  const served = Promise.withResolvers<void>();
  const drain = createDrain({ serveMs: 300, graceMs: 10_000 }, () => served.promise);
  const { server, port } = await startStand(t, {
    closing: () => drain.begun,
    checks: [{ name: 'draining', required: true, problem: () => (drain.begun ? 'going away' : undefined) }],
    review: async () => {
      await wait(5);
      return allowed;
    },
  });
  const agent = await clientAgent(t);
  const load = startLoad(await clientAgent(t), port);
  await load.answers(20);
  const ended = drain.begin([server]);
  const ready = await ask(agent, port, '', { path: '/readyz', method: 'GET' });
  assert.equal(ready.status, 503);
  assert.match(ready.text, /^\[-\] draining: going away$/m);
  const { headers } = await ask(agent, port, reviewText());
  assert.equal(headers.connection, 'close');
  await load.answers(20);
  // What an API server does once the endpoint is gone: no new calls.
  assert.deepEqual(await load.stop(), []);
  served.resolve();
  await ended;
  assert.equal(server.listening, false);
});

test('finishes what is in flight before it ends', { timeout: 10_000 }, async (t) => {
  const drain = createDrain({ serveMs: 0, graceMs: 5_000 });
  const inFlight = Promise.withResolvers<void>();
  const { server, port } = await startStand(t, {
    closing: () => drain.begun,
    review: async () => {
      inFlight.resolve();
      await wait(200);
      return allowed;
    },
  });
  const reply = ask(await clientAgent(t), port, reviewText());
  await inFlight.promise;
  await drain.begin([server]);
  assert.equal((await reply).status, 200);
});

test('cuts what does not end within the grace', { timeout: 10_000 }, async (t) => {
  const drain = createDrain({ serveMs: 0, graceMs: 100 });
  const inFlight = Promise.withResolvers<void>();
  const { server, port } = await startStand(t, {
    review: async (_request, signal) => {
      inFlight.resolve();
      await once(signal, 'abort');
      return allowed;
    },
  });
  const reply = assert.rejects(ask(await clientAgent(t), port, reviewText()));
  await inFlight.promise;
  const startedAt = performance.now();
  await Promise.all([drain.begin([server]), drain.begin([server])]);
  await reply;
  assert.ok(performance.now() - startedAt < 2_000);
});
