import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manifestCluster } from '../../src/cluster/manifests.ts';

const objects = [
  {
    kind: 'Secret',
    metadata: { name: 'plain' },
    stringData: { '.dockerconfigjson': '{}' },
    type: 'kubernetes.io/dockerconfigjson',
  },
  { kind: 'Secret', metadata: { name: 'far', namespace: 'far' }, data: { a: 'Yg==' } },
  {
    kind: 'ServiceAccount',
    metadata: { name: 'robot', annotations: { team: 'shop' } },
    imagePullSecrets: [{ name: 'plain' }],
  },
  { kind: 'ConfigMap', metadata: { name: 'plain' } },
  'no object',
];
const signal = AbortSignal.timeout(5_000);
const cluster = manifestCluster(objects, 'shop');

test('a secret without a namespace is in the chosen one, and its stringData counts', async () => {
  assert.deepEqual(await cluster.secret('shop', 'plain', signal), {
    kind: 'found',
    value: { name: 'plain', type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } },
  });
});

test('a secret of another namespace is missing here', async () => {
  assert.equal((await cluster.secret('shop', 'far', signal)).kind, 'missing');
  assert.deepEqual(await cluster.secret('far', 'far', signal), {
    kind: 'found',
    value: { name: 'far', type: 'Opaque', data: { a: 'Yg==' } },
  });
});

test('a service account is found by its name', async () => {
  const lookup = await cluster.serviceAccount('shop', 'robot', signal);
  assert.deepEqual(lookup, {
    kind: 'found',
    value: { name: 'robot', imagePullSecrets: ['plain'], annotations: { team: 'shop' } },
  });
});

test('a service account that no manifest makes is missing', async () => {
  assert.equal((await cluster.serviceAccount('elsewhere', 'default', signal)).kind, 'missing');
  assert.equal((await cluster.serviceAccount('elsewhere', 'robot', signal)).kind, 'missing');
});
