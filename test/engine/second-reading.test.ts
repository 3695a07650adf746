import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/engine/finding.ts';
import type { PullSecret } from '../../src/engine/keyring/docker-config.ts';
import type { Cluster, Lookup } from '../../src/engine/ports.ts';
import { withSecondReading } from '../../src/engine/second-reading.ts';
import { noCredentials } from '../support/answers.ts';

const signal = AbortSignal.timeout(10_000);
const secret = (type: string): Lookup<PullSecret> => ({ kind: 'found', value: { name: 's', type, data: {} } });
const denied: Finding = { kind: 'access-denied', attempts: [], unused: [], answer: noCredentials };

/** A cluster in which every secret is `answer`, and that counts how often it was asked. */
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
  readonly remembered: Lookup<PullSecret>;
  readonly now: Lookup<PullSecret>;
  /** What a check that meets the remembered secret finds. */
  readonly finds: readonly Finding[];
  readonly checks: number;
  readonly freshReads: number;
}[] = [
  {
    it: 'a refusal stands if the secret is the same',
    remembered: secret('a'),
    now: secret('a'),
    finds: [denied],
    checks: 1,
    freshReads: 1,
  },
  {
    it: 'a refusal is checked again if the secret has changed',
    remembered: secret('a'),
    now: secret('b'),
    finds: [denied],
    checks: 2,
    freshReads: 1,
  },
  {
    it: 'a refusal is checked again if the secret has come',
    remembered: { kind: 'missing' },
    now: secret('a'),
    finds: [denied],
    checks: 2,
    freshReads: 1,
  },
  {
    it: 'a secret that could not be read is not waited for again',
    remembered: { kind: 'unavailable', reason: 'timeout' },
    now: secret('a'),
    finds: [denied],
    checks: 1,
    freshReads: 0,
  },
  {
    it: 'a yes needs no second reading',
    remembered: secret('a'),
    now: secret('b'),
    finds: [],
    checks: 1,
    freshReads: 0,
  },
  {
    it: 'a finding that rests on no secret needs none either',
    remembered: secret('a'),
    now: secret('b'),
    finds: [{ kind: 'not-pinned' }],
    checks: 1,
    freshReads: 0,
  },
];

describe('the second reading', () => {
  for (const { it, remembered, now, finds, checks, freshReads } of cases) {
    test(it, async () => {
      const fresh = clusterOf(now);
      let checked = 0;
      const found = await withSecondReading(
        async (cluster) => {
          checked += 1;
          await cluster.secret('team', 's', signal);
          return checked === 1 ? finds : [];
        },
        { ...clusterOf(remembered), fresh },
        signal,
      );
      assert.deepEqual([checked, fresh.reads, found], [checks, freshReads, checks === 1 ? finds : []]);
    });
  }
});
