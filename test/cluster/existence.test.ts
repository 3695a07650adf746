import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { kubeExistence } from '../../src/cluster/existence.ts';
import { workloadKind } from '../../src/engine/workload/workload-kind.ts';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { apiServerDouble, status, type ApiServerDouble } from '../support/api-server-double.ts';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u-1' };
const path = '/apis/apps/v1/namespaces/shop/deployments/web';

const cases = [
  { title: 'an object with the uid exists', uid: 'u-1', exists: true },
  { title: 'a missing object does not exist', exists: false },
  { title: 'an object with the same name and another uid does not exist', uid: 'u-2', exists: false },
  { title: 'an object that may not be read counts as existing', fault: status(403, 'Forbidden'), exists: true },
  { title: 'an object counts as existing if the API server fails', fault: status(500, 'InternalError'), exists: true },
] as const;

describe('kubeExistence', () => {
  let server: ApiServerDouble;
  before(async () => {
    server = await apiServerDouble();
  });
  after(() => server.close());

  for (const { title, exists, ...given } of cases) {
    test(title, async () => {
      server.objects.clear();
      server.faults.clear();
      if ('uid' in given) server.objects.set(path, { metadata: { name: 'web', uid: given.uid } });
      if ('fault' in given) server.faults.set(path, [given.fault]);
      const api = kubeApi(server.connection, { pauseMs: 1 });
      assert.equal(await kubeExistence(api, workloadKind)(web, AbortSignal.timeout(60_000)), exists);
    });
  }

  test('an object of the core group is read from /api/v1', async () => {
    server.objects.set('/api/v1/namespaces/shop/pods/web', { metadata: { name: 'web', uid: 'u-1' } });
    const pod = { ...web, apiVersion: 'v1', kind: 'Pod' };
    assert.equal(await kubeExistence(kubeApi(server.connection), workloadKind)(pod, AbortSignal.timeout(60_000)), true);
  });
});
