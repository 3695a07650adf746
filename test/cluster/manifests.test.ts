import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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
const signal = AbortSignal.timeout(60_000);
const cluster = manifestCluster(objects, 'shop');

describe('manifestCluster', () => {
  test('a Secret without a namespace is in the default one, and its stringData is read', async () => {
    assert.deepEqual(await cluster.secret('shop', 'plain', signal), {
      kind: 'found',
      value: { name: 'plain', type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } },
    });
  });

  test('a Secret is found in its own namespace only', async () => {
    assert.equal((await cluster.secret('shop', 'far', signal)).kind, 'missing');
    assert.deepEqual(await cluster.secret('far', 'far', signal), {
      kind: 'found',
      value: { name: 'far', type: 'Opaque', data: { a: 'Yg==' } },
    });
  });

  test('a ServiceAccount is found by its name', async () => {
    const lookup = await cluster.serviceAccount('shop', 'robot', signal);
    assert.deepEqual(lookup, {
      kind: 'found',
      value: { name: 'robot', imagePullSecrets: ['plain'], annotations: { team: 'shop' } },
    });
  });

  test('a ServiceAccount that no manifest contains is missing', async () => {
    assert.equal((await cluster.serviceAccount('elsewhere', 'default', signal)).kind, 'missing');
    assert.equal((await cluster.serviceAccount('elsewhere', 'robot', signal)).kind, 'missing');
  });
});
