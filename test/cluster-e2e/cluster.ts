import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { succeed, type Kubectl, type KubectlResult } from '../support/control-plane/kubectl.ts';
import type { Kit } from './kit.ts';

/** A real cluster. Commands run on the machine of its API server. */
export interface Cluster {
  readonly kit: Kit;
  readonly kubectl: Kubectl;
  /** Runs kubectl and returns its standard output. Throws an error with the output of kubectl if it fails. */
  must(this: void, ...args: readonly string[]): Promise<string>;
  /** Applies objects with `kubectl apply -f -`. */
  apply(...objects: readonly object[]): Promise<void>;
  /** Returns the command that runs a program in the network of the cluster. */
  inside(program: string, ...args: readonly string[]): readonly [program: string, args: readonly string[]];
}

/** Returns the cluster of a kit. kubectl is killed after 180 s. */
export function clusterOf(kit: Kit): Cluster {
  const script = join(kit.state, 'in.sh');

  async function kubectl(args: readonly string[], input = ''): Promise<KubectlResult> {
    const child = spawn(script, ['kubectl', ...args], { signal: AbortSignal.timeout(180_000) });
    const stdout = child.stdout.setEncoding('utf8').toArray();
    const stderr = child.stderr.setEncoding('utf8').toArray();
    // A command that reads no input may end before it is written. Its exit code says whether it failed.
    child.stdin.on('error', () => undefined).end(input);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? -1, stdout: (await stdout).join(''), stderr: (await stderr).join('') };
  }

  return {
    kit,
    kubectl,
    must: (...args) => succeed(kubectl, args),
    async apply(...objects) {
      await succeed(kubectl, ['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    },
    inside: (program, ...args) => [script, [program, ...args]],
  };
}

/** Calls `read` every 200 ms until `done` accepts the value, and returns it. Throws with the last value after `withinMs`. */
export async function until<T>(read: () => Promise<T>, done: (value: T) => boolean, withinMs = 60_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (performance.now() > end) throw new Error(`after ${withinMs / 1_000} s still ${JSON.stringify(value)}`);
    await sleep(200);
  }
}
