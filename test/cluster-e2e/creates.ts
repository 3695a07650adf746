import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { good } from './images.ts';
import type { Streamed } from './stream.ts';

/** Creates that run in the background of a test. */
export interface Creates {
  /** Stops the creates, and returns their results. */
  stop(): Promise<Streamed>;
}

/** Starts to create PodTemplates in the namespace `stream`, which must exist. Default: with an image that exists. */
export function startCreates(cluster: Cluster, perSecond: number, image = good): Creates {
  const stream = start(cluster, { perSecond, count: Infinity, image });
  return {
    async stop() {
      stream.end();
      return stream.result;
    },
  };
}

/** Creates `count` PodTemplates in the namespace `stream`, and returns the results. */
export async function makeCreates(cluster: Cluster, count: number, perSecond: number): Promise<Streamed> {
  return start(cluster, { perSecond, count, image: good }).result;
}

interface Wanted {
  readonly perSecond: number;
  readonly count: number;
  readonly image: string;
}

interface Stream {
  readonly result: Promise<Streamed>;
  end(): void;
}

function start(cluster: Cluster, { perSecond, count, image }: Wanted): Stream {
  const ca = join(cluster.kit.state, 'pki/ca.crt');
  const args = ['https://node1:6443', ca, 'admin-token', 'stream', image, String(perSecond), String(count)];
  const [program, all] = cluster.inside(process.execPath, join(import.meta.dirname, 'stream.ts'), ...args);
  const child = spawn(program, all, { stdio: ['pipe', 'pipe', 'inherit'], signal: AbortSignal.timeout(300_000) });
  const printed = child.stdout.setEncoding('utf8').toArray();
  const result = once(child, 'close').then(async () => JSON.parse((await printed).join('')) as Streamed);
  return { result, end: () => void child.stdin.end() };
}
