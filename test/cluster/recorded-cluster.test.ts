import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manifestCluster } from '../../src/cluster/manifests.ts';
import { recordedCluster } from '../../src/cluster/recorded-cluster.ts';

const signal = new AbortController().signal;

function clusterWith(...texts: readonly string[]) {
  const secrets = texts.map((text, at) => ({
    kind: 'Secret',
    metadata: { name: `s${at}` },
    stringData: { key: text },
  }));
  return manifestCluster(secrets, 'team');
}

const cases = [
  { it: 'is the same while nothing changed', later: clusterWith('a'), differs: false },
  { it: 'differs where a secret has other content', later: clusterWith('b'), differs: true },
  { it: 'differs where a secret is gone', later: clusterWith(), differs: true },
  { it: 'passes over what nobody asked for', later: clusterWith('a', 'new'), differs: false },
] as const;

for (const { it, later, differs } of cases) {
  test(`a recorded cluster ${it}`, async () => {
    const recorded = recordedCluster(clusterWith('a'));
    await recorded.secret('team', 's0', signal);
    await recorded.serviceAccount('team', 'default', signal);
    assert.equal(await recorded.differsFrom(later, signal), differs);
  });
}

test('a recorded cluster differs where the other does not answer in time', async () => {
  const recorded = recordedCluster(clusterWith('a'));
  await recorded.secret('team', 's0', signal);
  const silent = { ...clusterWith('a'), secret: () => Promise.reject(new Error('aborted')) };
  assert.equal(await recorded.differsFrom(silent, AbortSignal.abort()), true);
});
