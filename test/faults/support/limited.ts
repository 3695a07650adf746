import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../../src/lib/json.ts';
import { deployment } from '../../support/pods.ts';
import { asInManifest, limitOfManifest } from './as-in-manifest.ts';
import { blockProbe } from './block-probe.ts';
import { anonymousMiB } from './memory.ts';
import type { Replica, Site } from './serving.ts';

/** What a replica did while it worked on something. */
export interface Strain<T> {
  readonly result: T;
  /** The longest time for which the event loop was blocked, in ms of CPU time. */
  readonly blockedMs: number;
  /** The most memory that was seen, in MiB. */
  readonly peakMiB: number;
  /** The longest time that another review took, in ms, and the kinds of findings of all other reviews. */
  readonly neighbourMs: number;
  readonly neighbourKinds: readonly string[];
}

/** A replica with the memory settings of the manifest. */
export interface LimitedReplica extends AsyncDisposable {
  readonly replica: Replica;
  readonly limitMiB: number;
  /** Does some work, while a neighbour has the image `good` checked again and again. */
  strain<T>(good: string, work: () => Promise<T>): Promise<Strain<T>>;
}

/** Starts a replica with the built program, as a pod does. */
export async function startLimited(site: Site, settings: JsonObject = {}): Promise<LimitedReplica> {
  const { nodeOptions, main } = await asInManifest();
  const probe = blockProbe(join(site.folder, 'blocks'));
  const replica = await site.start(
    { log: { level: 'warn' }, ...settings },
    { nodeOptions: [...nodeOptions, ...probe.nodeOptions], main },
  );

  async function neighbour(good: string) {
    const { status, allowed, kinds, ms } = await replica.review(deployment([good]), { namespace: 'neighbour' });
    return { ms, kinds: status === 200 && allowed === true ? kinds : [`${status} ${allowed}`] };
  }

  return {
    replica,
    limitMiB: await limitOfManifest(),
    async strain(good, work) {
      // The first reviews after the start are slow: the code is not compiled yet.
      for (let count = 0; count < 5; count += 1) await neighbour(good);
      const startedAt = Date.now();
      const finished = new AbortController();
      let [peakMiB, neighbourMs] = [0, 0];
      const neighbourKinds = new Set<string>();
      async function watch(): Promise<void> {
        while (!finished.signal.aborted) {
          const { ms, kinds } = await neighbour(good);
          neighbourMs = Math.max(neighbourMs, ms);
          for (const kind of kinds) neighbourKinds.add(kind);
          peakMiB = Math.max(peakMiB, await anonymousMiB(replica));
          await sleep(20);
        }
      }
      const watching = watch();
      const result = await work().finally(() => finished.abort());
      await watching;
      const blockedMs = await probe.longestSince(startedAt);
      return { result, blockedMs, peakMiB, neighbourMs, neighbourKinds: [...neighbourKinds] };
    },
    [Symbol.asyncDispose]: () => replica[Symbol.asyncDispose](),
  };
}
