import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createDrain } from '../../src/webhook/drain.ts';
import { startLoad } from './load.ts';
import { allowed, clientAgent, reviewText, send, startTestServer } from './test-server.ts';

describe('the drain', () => {
  test('F21: ends under load without a failed request', { timeout: 120_000 }, async (t) => {
    const servingEnds = Promise.withResolvers<void>();
    const drain = createDrain({ serveMs: 300, graceMs: 10_000 }, () => servingEnds.promise);
    const { server, connections, port } = await startTestServer(t, {
      closing: () => drain.begun,
      checks: [{ name: 'draining', required: true, problem: () => (drain.begun ? 'shutting down' : undefined) }],
      review: async () => {
        await wait(5);
        return allowed;
      },
    });
    const agent = await clientAgent(t);
    const load = startLoad(await clientAgent(t), port);
    await load.responses(20);
    const ended = drain.begin([{ server, connections }]);
    const ready = await send(agent, port, '', { path: '/readyz', method: 'GET' });
    assert.equal(ready.status, 503);
    assert.match(ready.text, /^\[-\] draining: shutting down$/m);
    const { headers } = await send(agent, port, reviewText());
    assert.equal(headers.connection, 'close');
    await load.responses(20);
    // As an API server does after the endpoint is removed: no new requests.
    assert.deepEqual(await load.stop(), []);
    servingEnds.resolve();
    await ended;
    assert.equal(server.listening, false);
  });

  test('waits for running reviews', { timeout: 120_000 }, async (t) => {
    const drain = createDrain({ serveMs: 0, graceMs: 5_000 });
    const inFlight = Promise.withResolvers<void>();
    const { server, connections, port } = await startTestServer(t, {
      closing: () => drain.begun,
      review: async () => {
        inFlight.resolve();
        await wait(200);
        return allowed;
      },
    });
    const reply = send(await clientAgent(t), port, reviewText());
    await inFlight.promise;
    await drain.begin([{ server, connections }]);
    assert.equal((await reply).status, 200);
  });

  test('closes connections that are still open after the grace time', { timeout: 120_000 }, async (t) => {
    const drain = createDrain({ serveMs: 0, graceMs: 100 });
    const inFlight = Promise.withResolvers<void>();
    const { server, connections, port } = await startTestServer(t, {
      review: async (_request, signal) => {
        inFlight.resolve();
        await once(signal, 'abort');
        return allowed;
      },
    });
    const reply = assert.rejects(send(await clientAgent(t), port, reviewText()));
    await inFlight.promise;
    await Promise.all([drain.begin([{ server, connections }]), drain.begin([{ server, connections }])]);
    await reply;
  });
});
