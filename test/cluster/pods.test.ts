import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { kubePods } from '../../src/cluster/pods.ts';
import { kubeWorkloads } from '../../src/cluster/workloads.ts';
import { builtInKinds } from '../../src/engine/workload/workload-kind.ts';
import { descend } from '../../src/lib/json.ts';
import { apiServerDouble, status, type ApiServerDouble } from '../support/api-server-double.ts';

const signal = new AbortController().signal;
const deployment = builtInKinds.find(({ kind }) => kind === 'Deployment') ?? builtInKinds[0];

async function started(): Promise<ApiServerDouble> {
  const server = await apiServerDouble();
  server.serve('/api/v1', ['pods', 'events']);
  return server;
}

function pod(server: ApiServerDouble, namespace: string, name: string, app = 'web'): void {
  server.put(namespace, 'pods', { metadata: { name, namespace, uid: `uid-${name}`, labels: { app } } });
}

async function names(server: ApiServerDouble, where: { namespace: string | undefined; labels?: string }) {
  const seen: unknown[] = [];
  const listed = await kubePods(kubeApi(server.connection)).eachPod(
    where,
    (found) => seen.push(descend(found, ['metadata'])['name']),
    signal,
  );
  return { kind: listed.kind, seen };
}

describe('pods', () => {
  test('are listed page by page, in one namespace or in all', async () => {
    await using server = await started();
    for (let at = 0; at < 260; at++) pod(server, 'shop', `p${at}`);
    pod(server, 'other', 'q');
    assert.equal((await names(server, { namespace: 'shop' })).seen.length, 260);
    assert.equal((await names(server, { namespace: undefined })).seen.length, 261);
    assert.deepEqual(server.requests.slice(0, 2), [
      'GET /api/v1/namespaces/shop/pods?limit=250',
      'GET /api/v1/namespaces/shop/pods?limit=250&continue=250',
    ]);
  });

  test('are selected by their labels', async () => {
    await using server = await started();
    pod(server, 'shop', 'a');
    pod(server, 'shop', 'b', 'db');
    assert.deepEqual(await names(server, { namespace: 'shop', labels: 'app=db' }), { kind: 'found', seen: ['b'] });
  });

  test('that were read count, even if a later page fails', async () => {
    await using server = await started();
    pod(server, 'shop', 'a');
    const metadata = { continue: 'next' };
    server.faults.set('/api/v1/namespaces/shop/pods', [
      (_request, response) => void response.end(JSON.stringify({ metadata, items: [{ metadata: { name: 'a' } }] })),
      status(500, 'InternalError'),
    ]);
    assert.deepEqual(await names(server, { namespace: 'shop' }), { kind: 'unavailable', seen: ['a'] });
  });

  test('may be forbidden', async () => {
    await using server = await started();
    server.faults.set('/api/v1/pods', [status(403, 'Forbidden')]);
    assert.equal((await names(server, { namespace: undefined })).kind, 'forbidden');
  });

  test('are never read under a name that would lead to another path', async () => {
    await using server = await started();
    const pods = kubePods(kubeApi(server.connection));
    assert.equal((await pods.pod('shop', '../secrets/x', signal)).kind, 'missing');
    assert.equal((await pods.events('shop', 'u&watch=1', signal)).kind, 'missing');
    assert.equal(
      (await kubeWorkloads(kubeApi(server.connection))(deployment, 'apps/v1', 'shop', 'a/b', signal)).kind,
      'missing',
    );
    const workloads = kubeWorkloads(kubeApi(server.connection));
    assert.equal((await workloads(deployment, '../v1', 'shop', 'web', signal)).kind, 'missing');
    assert.deepEqual(server.requests, []);
  });
});

test('Events are those of one pod', async () => {
  await using server = await started();
  server.put('shop', 'events', { metadata: { name: 'e1' }, involvedObject: { uid: 'u-1' } });
  server.put('shop', 'events', { metadata: { name: 'e2' }, involvedObject: { uid: 'u-2' } });
  const events = await kubePods(kubeApi(server.connection)).events('shop', 'u-2', signal);
  assert.ok(events.kind === 'found');
  assert.deepEqual(
    events.value.map((event) => descend(event, ['metadata'])['name']),
    ['e2'],
  );
});

test('a workload is read from its own group', async () => {
  await using server = await started();
  server.objects.set('/apis/apps/v1/namespaces/shop/deployments/web', { metadata: { name: 'web' } });
  const found = await kubeWorkloads(kubeApi(server.connection))(deployment, 'apps/v1', 'shop', 'web', signal);
  assert.equal(found.kind, 'found');
});
