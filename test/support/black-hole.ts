import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

export interface BlackHole extends AsyncDisposable {
  readonly port: number;
}

/**
 * A connection that takes longer than this time, in ms, counts as swallowed. On loopback, a connection takes far less
 * than 1 ms.
 */
const connectTimeoutMs = 200;
/** More connections than a kernel queues for a backlog of 1. */
const maxFillers = 16;

/**
 * Opens a port that swallows every connection: a server listens on it, but never accepts, and its backlog is full. The
 * kernel then drops each new connection attempt without a refusal.
 */
export async function startBlackHole(address = '127.0.0.1', port = 0): Promise<BlackHole> {
  const release = new SharedArrayBuffer(4);
  const listener = new Worker(new URL('black-hole-listener.ts', import.meta.url), {
    workerData: { address, port, release },
  });
  const fillers: Socket[] = [];

  async function dispose(): Promise<void> {
    for (const filler of fillers) filler.destroy();
    Atomics.store(new Int32Array(release), 0, 1);
    Atomics.notify(new Int32Array(release), 0);
    await listener.terminate();
  }

  const [actualPort] = (await once(listener, 'message')) as [number];
  for (let full = false; !full;) {
    if (fillers.length === maxFillers)
      throw new Error(`the backlog of a black hole is not full after ${maxFillers} connections`);
    const filler = connect({ host: address, port: actualPort });
    filler.on('error', () => undefined);
    fillers.push(filler);
    full = await Promise.race([once(filler, 'connect').then(() => false), sleep(connectTimeoutMs, true)]);
  }
  return { port: actualPort, [Symbol.asyncDispose]: dispose };
}
