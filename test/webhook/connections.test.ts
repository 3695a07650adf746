import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { allowed, clientAgent, rawSocket, reviewText, send, startTestServer } from './test-server.ts';

const maxConnections = 4;

/** Opens a TCP connection without a TLS handshake. */
async function openTcp(t: TestContext, port: number): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1').on('error', () => undefined);
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const silent = [
  { it: 'that never start the TLS handshake', open: openTcp },
  { it: 'that never send a request', open: rawSocket },
] as const;

describe('the guard of the connections', () => {
  for (const { it, open } of silent) {
    test(`closes the oldest of the connections ${it}, for one that asks`, { timeout: 20_000 }, async (t) => {
      const { port, events } = await startTestServer(t, { maxConnections });
      const caller = await clientAgent(t);
      assert.equal((await send(caller, port, reviewText())).status, 200);
      const sockets: Socket[] = [];
      for (let index = 0; index < maxConnections; index += 1) sockets.push(await open(t, port));
      const late = await clientAgent(t);
      assert.equal((await send(late, port, reviewText())).status, 200);
      for (const socket of sockets.slice(0, 2)) if (!socket.closed) await once(socket, 'close');
      assert.equal(
        sockets.slice(2).some(({ closed }) => closed),
        false,
      );
      assert.equal((await send(caller, port, reviewText())).status, 200);
      assert.deepEqual(
        events.filter((event) => event.startsWith('closed')),
        ['closed stranger', 'closed stranger'],
      );
    });
  }

  test('closes the connection of an API server that is idle for longest, if there are no others', async (t) => {
    const { port, events } = await startTestServer(t, { maxConnections });
    const callers = await Promise.all(Array.from({ length: maxConnections + 1 }, () => clientAgent(t)));
    for (const caller of callers) assert.equal((await send(caller, port, reviewText())).status, 200);
    assert.deepEqual(
      events.filter((event) => event.startsWith('closed')),
      ['closed idle'],
    );
  });

  test('closes a client that only reads other paths before one that asks for reviews', async (t) => {
    const { port } = await startTestServer(t, { maxConnections: 2 });
    const [probe, caller, late] = await Promise.all([clientAgent(t), clientAgent(t), clientAgent(t)]);
    assert.equal((await send(caller, port, reviewText())).status, 200);
    assert.equal((await send(probe, port, '', { path: '/healthz', method: 'GET' })).status, 200);
    const [kept] = Object.values(caller.freeSockets).flatMap((sockets) => sockets ?? []);
    assert.equal((await send(late, port, reviewText())).status, 200);
    assert.equal(kept?.destroyed, false);
  });

  test('refuses a new connection if all are busy, and says so', { timeout: 20_000 }, async (t) => {
    const ends = Promise.withResolvers<void>();
    const allRun = Promise.withResolvers<void>();
    let running = 0;
    const { port, connections, events } = await startTestServer(t, {
      maxConnections,
      review: async () => {
        running += 1;
        if (running === maxConnections) allRun.resolve();
        await ends.promise;
        return allowed;
      },
    });
    const caller = await clientAgent(t);
    const reviews = Array.from({ length: maxConnections }, () => send(caller, port, reviewText()));
    await allRun.promise;
    assert.equal(connections.refusedMs(), Infinity);
    await assert.rejects(send(await clientAgent(t), port, reviewText()));
    assert.ok(connections.refusedMs() < 60_000);
    ends.resolve();
    for (const { status } of await Promise.all(reviews)) assert.equal(status, 200);
    assert.ok(events.includes('closed refused'));
  });
});
