import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/engine/finding.ts';
import type { PullSecret } from '../../src/engine/keyring/docker-config.ts';
import type { Cluster, Lookup } from '../../src/engine/ports.ts';
import { withSecondReading } from '../../src/engine/second-reading.ts';
import { noCredentials } from '../support/answers.ts';

const signal = AbortSignal.timeout(60_000);
const secret = (type: string): Lookup<PullSecret> => ({ kind: 'found', value: { name: 's', type, data: {} } });
const denied: Finding = { kind: 'access-denied', attempts: [], unused: [], answer: noCredentials };

/** A cluster that returns `answer` for every secret, and counts the reads. */
function clusterOf(answer: Lookup<PullSecret>): Cluster & { readonly reads: number } {
  let reads = 0;
  return {
    get reads() {
      return reads;
    },
    secret() {
      reads += 1;
      return Promise.resolve(answer);
    },
    serviceAccount: () => Promise.resolve({ kind: 'missing' }),
  };
}

const cases: readonly {
  readonly it: string;
  readonly cached: Lookup<PullSecret>;
  readonly now: Lookup<PullSecret>;
  /** The findings of a check that reads the cached secret. */
  readonly finds: readonly Finding[];
  readonly checks: number;
  readonly freshReads: number;
}[] = [
  {
    it: 'keeps a refusal if the secret is unchanged',
    cached: secret('a'),
    now: secret('a'),
    finds: [denied],
    checks: 1,
    freshReads: 1,
  },
  {
    it: 'checks again if the secret has changed',
    cached: secret('a'),
    now: secret('b'),
    finds: [denied],
    checks: 2,
    freshReads: 1,
  },
  {
    it: 'checks again if the secret was created',
    cached: { kind: 'missing' },
    now: secret('a'),
    finds: [denied],
    checks: 2,
    freshReads: 1,
  },
  {
    it: 'does not repeat a read that failed',
    cached: { kind: 'unavailable', reason: 'timeout' },
    now: secret('a'),
    finds: [denied],
    checks: 1,
    freshReads: 0,
  },
  {
    it: 'does not read again without findings',
    cached: secret('a'),
    now: secret('b'),
    finds: [],
    checks: 1,
    freshReads: 0,
  },
  {
    it: 'does not read again for a finding that does not depend on a secret',
    cached: secret('a'),
    now: secret('b'),
    finds: [{ kind: 'not-pinned' }],
    checks: 1,
    freshReads: 0,
  },
];

describe('withSecondReading', () => {
  for (const { it, cached, now, finds, checks, freshReads } of cases) {
    test(it, async () => {
      const fresh = clusterOf(now);
      let checked = 0;
      const found = await withSecondReading(
        async (cluster) => {
          checked += 1;
          await cluster.secret('team', 's', signal);
          return checked === 1 ? finds : [];
        },
        { ...clusterOf(cached), fresh },
        signal,
      );
      assert.deepEqual([checked, fresh.reads, found], [checks, freshReads, checks === 1 ? finds : []]);
    });
  }
});
