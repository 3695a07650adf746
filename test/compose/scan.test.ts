import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { objectOf, type JsonObject } from '../../src/lib/json.ts';
import { reset, status } from '../support/api-server-double.ts';
import { podSpec } from '../support/pods.ts';
import { scanStage, type ScanStage } from '../support/scan-stage.ts';

function template(image: string): JsonObject {
  return { spec: { template: { spec: podSpec([image]) } } };
}

function ownedBy(kind: string, object: JsonObject): JsonObject {
  return { ...object, metadata: { ownerReferences: [{ apiVersion: 'apps/v1', kind, controller: true }] } };
}

/** A Deployment that is fine with its ReplicaSet and Pod, a CronJob with a wrong tag, and a Pod without a controller. */
function fill({ put, host }: ScanStage): void {
  put('apps/v1/deployments', 'shop', 'web', template(`${host}/team/app:v1`));
  put('apps/v1/replicasets', 'shop', 'web-1', ownedBy('Deployment', template(`${host}/team/app:v1`)));
  put('v1/pods', 'shop', 'web-1-x', ownedBy('ReplicaSet', { spec: podSpec([`${host}/team/app:v1`]) }));
  put('batch/v1/cronjobs', 'pay', 'nightly', {
    spec: { jobTemplate: { spec: { template: { spec: podSpec([`${host}/team/app:v2`]) } } } },
  });
  put('v1/pods', 'team', 'alone', { spec: podSpec([`${host}/team/app:v1`]), metadata: { labels: { app: 'alone' } } });
  for (const namespace of ['shop', 'pay', 'team']) put('v1/serviceaccounts', namespace, 'default', {});
}

describe('pullgate scan', () => {
  test('checks each workload of the cluster once', async () => {
    await using scene = await scanStage();
    fill(scene);
    const { outcome, found, stdout } = await scene.scan();
    assert.equal(outcome, 'failed');
    assert.deepEqual(found, {
      'Deployment shop/web': '',
      'CronJob pay/nightly': 'image-not-found',
      'Pod team/alone': '',
    });
    const report = objectOf(JSON.parse(stdout));
    assert.equal(report['complete'], true);
    assert.deepEqual(report['passedOver'], [
      { kind: 'Pod', reason: 'owned', count: 1 },
      { kind: 'ReplicaSet', reason: 'owned', count: 1 },
    ]);
  });

  test('scans one namespace, that of the context by default', async () => {
    await using scene = await scanStage();
    fill(scene);
    assert.deepEqual(Object.keys((await scene.scan({ allNamespaces: false })).found), ['Pod team/alone']);
    const shop = await scene.scan({ allNamespaces: false, namespace: 'shop' });
    assert.deepEqual(Object.keys(shop.found), ['Deployment shop/web']);
    await assert.rejects(scene.scan({ allNamespaces: false, namespace: '../x' }), /not the name of a namespace/);
  });

  test('selects by label, and refuses a selector that is not valid', async () => {
    await using scene = await scanStage();
    fill(scene);
    assert.deepEqual(Object.keys((await scene.scan({ selector: 'app=alone' })).found), ['Pod team/alone']);
    scene.api.faults.set('/api/v1/podtemplates', [status(400, 'BadRequest')]);
    await assert.rejects(scene.scan({ selector: '!!' }), /the label selector is not valid/);
  });

  test('asks for each image once, also for one that does not exist', async () => {
    await using scene = await scanStage();
    const { put, host, registry } = scene;
    for (let at = 0; at < 60; at++)
      put('apps/v1/deployments', `n${at % 7}`, `web-${at}`, template(`${host}/team/app:v${1 + (at % 2)}`));
    await scene.scan();
    const manifests = registry.log.filter(({ method, path }) => method === 'HEAD' && path.includes('/manifests/'));
    assert.equal(manifests.length, 2);
  });

  test('checks custom workloads whose API is installed, and not what they own', async () => {
    await using scene = await scanStage();
    const { put, host, api } = scene;
    api.serve('/apis/argoproj.io/v1alpha1', ['rollouts']);
    put('argoproj.io/v1alpha1/rollouts', 'shop', 'canary', template(`${host}/team/app:gone`));
    const ownerReferences = [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', controller: true }];
    const owned = { ...template(`${host}/team/app:gone`), metadata: { ownerReferences } };
    put('apps/v1/replicasets', 'shop', 'canary-1', owned);
    const { found, outcome } = await scene.scan();
    assert.deepEqual(found, { 'Rollout shop/canary': 'image-not-found' });
    assert.equal(outcome, 'failed');
  });

  test('names a missing permission, and says what it can', async () => {
    await using scene = await scanStage();
    fill(scene);
    scene.api.faults.set('/apis/batch/v1/cronjobs', [status(403, 'Forbidden')]);
    const { outcome, found, stderr, stdout } = await scene.scan();
    assert.equal(outcome, 'incomplete');
    assert.deepEqual(Object.keys(found), ['Deployment shop/web', 'Pod team/alone']);
    assert.match(stderr, /pullgate: cronjobs\.batch in all namespaces: no permission\. The user needs the verb list/);
    assert.equal(objectOf(JSON.parse(stdout))['complete'], false);
  });

  test('reports what it found if the cluster goes away', async () => {
    await using scene = await scanStage();
    fill(scene);
    scene.api.faults.set('/apis/apps/v1/replicasets', [reset]);
    const { outcome, found, stderr } = await scene.scan();
    assert.equal(outcome, 'incomplete');
    assert.deepEqual(Object.keys(found), ['Deployment shop/web', 'CronJob pay/nightly']);
    assert.match(stderr, /replicasets\.apps in all namespaces: the list is not complete/);
    assert.match(stderr, /pods in all namespaces: the list is not complete/);
  });

  test('makes several reports at once', async () => {
    await using scene = await scanStage();
    fill(scene);
    const folder = await mkdtemp(join(tmpdir(), 'pullgate-scan-page-'));
    const file = join(folder, 'report.html');
    const { stdout } = await scene.scan({ outputs: [{ format: 'text' }, { format: 'html', file }] });
    assert.match(
      stdout,
      /3 objects, 2 images: 1 denied, 0 warned; passed over: 1 Pod \(part of another workload\), 1 ReplicaSet/,
    );
    assert.match(await readFile(file, 'utf8'), /CronJob pay\/nightly/);
    await rm(folder, { recursive: true });
  });

  test('says that a cluster cannot be reached', async () => {
    await using scene = await scanStage();
    scene.api.faults.set('/version', [reset]);
    await assert.rejects(scene.scan(), /the API server cannot be reached \(connection\)/);
  });
});
