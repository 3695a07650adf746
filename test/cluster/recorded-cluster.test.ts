import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedCluster } from '../../src/cluster/recorded-cluster.ts';
import type { PullSecret } from '../../src/engine/keyring/docker-config.ts';
import type { Cluster, Lookup } from '../../src/engine/ports.ts';

const signal = AbortSignal.timeout(10_000);
const secret = (type: string): Lookup<PullSecret> => ({ kind: 'found', value: { name: 's', type, data: {} } });

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
  readonly first: Lookup<PullSecret>;
  readonly later: Lookup<PullSecret>;
  readonly differs: boolean;
  readonly reads: number;
}[] = [
  { it: 'the same secret is no news', first: secret('a'), later: secret('a'), differs: false, reads: 1 },
  { it: 'another secret is', first: secret('a'), later: secret('b'), differs: true, reads: 1 },
  { it: 'so is one that has come', first: { kind: 'missing' }, later: secret('a'), differs: true, reads: 1 },
  {
    it: 'what could not be read is not waited for again',
    first: { kind: 'unavailable', reason: 'timeout' },
    later: secret('a'),
    differs: false,
    reads: 0,
  },
];

for (const { it, first, later, differs, reads } of cases) {
  test(it, async () => {
    const recorded = recordedCluster(clusterOf(first));
    await recorded.secret('team', 's', signal);
    const other = clusterOf(later);
    assert.equal(await recorded.differsFrom(other, signal), differs);
    assert.equal(other.reads, reads);
  });
}
