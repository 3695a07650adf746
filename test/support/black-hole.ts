import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

export interface BlackHole extends AsyncDisposable {
  readonly port: number;
}

/** A connection that is not made within this, in ms, is not made at all: on loopback it takes far less than one. */
const patienceMs = 200;
/** More than any kernel lets wait behind a backlog of one. */
const maxFillers = 16;

/**
 * A port that swallows every connection: it is listened on, nobody accepts, and its backlog is full, so that the kernel
 * passes over who knocks, without a refusal.
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

  const [taken] = (await once(listener, 'message')) as [number];
  for (let full = false; !full;) {
    if (fillers.length === maxFillers) throw new Error(`the backlog of a black hole took ${maxFillers} connections`);
    const filler = connect({ host: address, port: taken });
    filler.on('error', () => undefined);
    fillers.push(filler);
    full = await Promise.race([once(filler, 'connect').then(() => false), sleep(patienceMs, true)]);
  }
  return { port: taken, [Symbol.asyncDispose]: dispose };
}
