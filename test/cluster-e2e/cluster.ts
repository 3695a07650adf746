import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { succeed, type Kubectl, type KubectlResult } from '../support/control-plane/kubectl.ts';
import type { Kit } from './kit.ts';

/** A real cluster, seen from a machine beside its API server. */
export interface Cluster {
  readonly kit: Kit;
  readonly kubectl: Kubectl;
  /** The same, where anything but success is a bug of the test; throws what kubectl printed. */
  must(this: void, ...args: readonly string[]): Promise<string>;
  /** `kubectl apply -f -` of objects. */
  apply(...objects: readonly object[]): Promise<void>;
  /** A program and its arguments, to be run inside. */
  inside(program: string, ...args: readonly string[]): readonly [program: string, args: readonly string[]];
}

/** The cluster of a kit. */
export function clusterOf(kit: Kit): Cluster {
  const script = join(kit.state, 'in.sh');

  async function kubectl(args: readonly string[], input = ''): Promise<KubectlResult> {
    const child = spawn(script, ['kubectl', ...args], { signal: AbortSignal.timeout(180_000) });
    const stdout = child.stdout.setEncoding('utf8').toArray();
    const stderr = child.stderr.setEncoding('utf8').toArray();
    child.stdin.end(input);
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

/** Looks until `done`; throws what it saw last if that takes longer. */
export async function until<T>(look: () => Promise<T>, done: (seen: T) => boolean, withinMs = 60_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (done(seen)) return seen;
    if (performance.now() > end) throw new Error(`after ${withinMs / 1_000} s still ${JSON.stringify(seen)}`);
    await sleep(200);
  }
}
