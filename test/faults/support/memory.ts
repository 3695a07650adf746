import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { limitOfManifest } from './as-in-manifest.ts';
import type { Replica } from './serving.ts';

/**
 * Memory that counts against a memory limit, in MiB, without file pages, because the kernel can reclaim those. 0 if the
 * process has ended.
 */
export async function anonymousMiB({ daemon }: Pick<Replica, 'daemon'>): Promise<number> {
  const status = await readFile(`/proc/${daemon.pid}/status`, 'utf8').catch(() => '');
  const [, kibibytes = ''] = /^RssAnon:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kibibytes) / 1_024;
}

/** The memory of a replica while it is watched. */
export interface WatchedMemory extends AsyncDisposable {
  /** Fails if the replica needed more than the memory limit of the manifest. */
  assertBelowLimit(): Promise<void>;
}

const everyMs = 20;

/** Watches the memory of a replica. */
export function watchMemory(replica: Pick<Replica, 'daemon'>): WatchedMemory {
  let peakMiB = 0;
  const timer = setInterval(() => {
    void anonymousMiB(replica).then((now) => (peakMiB = Math.max(peakMiB, now)));
  }, everyMs);
  return {
    async assertBelowLimit() {
      const limit = await limitOfManifest();
      assert.ok(peakMiB > 0 && peakMiB < limit, `${Math.round(peakMiB)} MiB of ${limit} MiB`);
    },
    [Symbol.asyncDispose]() {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}
