import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { kubeExistence } from '../../src/cluster/existence.ts';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { apiServerDouble, status, type ApiServerDouble } from '../support/api-server-double.ts';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u-1' };
const path = '/apis/apps/v1/namespaces/shop/deployments/web';

const cases = [
  { it: 'is there', uid: 'u-1', exists: true },
  { it: 'is gone', exists: false },
  { it: 'was made anew under its name', uid: 'u-2', exists: false },
  { it: 'may not be read: nobody knows', fault: status(403, 'Forbidden'), exists: true },
  { it: 'cannot be read: nobody knows', fault: status(500, 'InternalError'), exists: true },
] as const;

describe('existence: an object', () => {
  let server: ApiServerDouble;
  before(async () => {
    server = await apiServerDouble();
  });
  after(() => server.close());

  for (const { it: sentence, exists, ...given } of cases) {
    it(sentence, async () => {
      server.objects.clear();
      server.faults.clear();
      if ('uid' in given) server.objects.set(path, { metadata: { name: 'web', uid: given.uid } });
      if ('fault' in given) server.faults.set(path, [given.fault]);
      const api = kubeApi(server.connection, { pauseMs: 1 });
      assert.equal(await kubeExistence(api)(web, AbortSignal.timeout(5000)), exists);
    });
  }

  it('of the core group is looked for there', async () => {
    server.objects.set('/api/v1/namespaces/shop/pods/web', { metadata: { name: 'web', uid: 'u-1' } });
    const pod = { ...web, apiVersion: 'v1', kind: 'Pod' };
    assert.equal(await kubeExistence(kubeApi(server.connection))(pod, AbortSignal.timeout(5000)), true);
  });
});
