import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { servedKinds } from '../../src/cluster/served-kinds.ts';
import { apiServerDouble, status, type ApiServerDouble } from '../support/api-server-double.ts';
import { patient } from '../support/fake-registry.ts';

const kinds = [
  { group: '', resource: 'pods' },
  { group: 'apps', resource: 'deployments' },
  { group: 'argoproj.io', resource: 'rollouts' },
];

async function rootsOf(server: ApiServerDouble) {
  const served = await servedKinds(kubeApi(server.connection, { pauseMs: 0 }), kinds, patient());
  return served.map(({ kind, root }) => `${root}/${kind.resource}`);
}

describe('servedKinds', () => {
  test('leaves out a kind whose group is not installed', async () => {
    await using server = await apiServerDouble();
    server.serve('/api/v1', ['pods']);
    server.serve('/apis/apps/v1', ['deployments']);
    assert.deepEqual(await rootsOf(server), ['/api/v1/pods', '/apis/apps/v1/deployments']);
  });

  test('leaves out a kind that its group does not have', async () => {
    await using server = await apiServerDouble();
    server.serve('/api/v1', ['pods']);
    server.serve('/apis/apps/v1', ['daemonsets']);
    server.serve('/apis/argoproj.io/v1alpha1', ['workflows']);
    assert.deepEqual(await rootsOf(server), ['/api/v1/pods']);
  });

  test('finds the version of the group that has the kind', async () => {
    await using server = await apiServerDouble();
    server.serve('/api/v1', ['pods']);
    server.serve('/apis/apps/v2', ['other']);
    server.serve('/apis/apps/v1', ['deployments']);
    server.serve('/apis/argoproj.io/v1alpha1', ['rollouts']);
    assert.deepEqual(await rootsOf(server), [
      '/api/v1/pods',
      '/apis/apps/v1/deployments',
      '/apis/argoproj.io/v1alpha1/rollouts',
    ]);
  });

  test('assumes v1 if discovery does not work', async () => {
    await using server = await apiServerDouble();
    for (const path of ['/apis', '/api/v1', '/apis/apps/v1', '/apis/argoproj.io/v1'])
      server.faults.set(path, [status(403, 'Forbidden')]);
    assert.deepEqual(await rootsOf(server), [
      '/api/v1/pods',
      '/apis/apps/v1/deployments',
      '/apis/argoproj.io/v1/rollouts',
    ]);
  });
});
