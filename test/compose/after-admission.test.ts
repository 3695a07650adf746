import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { composeAfterAdmission } from '../../src/compose/after-admission.ts';
import { observe } from '../../src/compose/webhook.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { createLog } from '../../src/observe/log.ts';
import type { AdmissionRequest } from '../../src/webhook/review.ts';
import { unreachable } from '../support/answers.ts';
import { apiServerDouble, type ApiServerDouble } from '../support/api-server-double.ts';
import { deployment, workloadOf } from '../support/pods.ts';
import { testConfig } from '../support/pullgate.ts';

const metadata = { name: 'web', uid: 'u-1', namespace: 'team' };
const object = { ...deployment(['r.example.com/app:1']), metadata };
const request: AdmissionRequest = {
  uid: 'request',
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  namespace: 'team',
  name: 'web',
  operation: 'CREATE',
  object,
};
const workload = workloadOf('Deployment', object, 'team');
const plan = { workload, uses: workload.uses, serviceAccountApplied: false };
const [use] = workload.uses;
assert.ok(use);
const down: Finding = { kind: 'registry-unreachable', use, answer: unreachable('connection-refused') };

const events = '/apis/events.k8s.io/v1/namespaces/team/events';

/** Waits until the double has `count` Events, and returns their reasons. */
async function eventsOf(api: ApiServerDouble, count: number): Promise<readonly string[]> {
  const written = () => [...api.objects].filter(([path]) => path.startsWith(events));
  const stored = () => written().map(([, event]) => String(event['reason']));
  while (stored().length < count) await new Promise((resolve) => setImmediate(resolve));
  return stored();
}

function compose(api: ApiServerDouble, settings: object, check: () => Promise<readonly Finding[]>) {
  const config = testConfig({ ...settings });
  return composeAfterAdmission({
    config,
    api: kubeApi(api.connection),
    check,
    instance: 'pullgate-0',
    log: createLog('error'),
    metrics: observe(config).metrics,
    pausesMs: [1],
  });
}

describe('after admission', () => {
  test('a warning becomes an Event on the object if the config enables Events', async () => {
    await using api = await apiServerDouble();
    const after = compose(api, { events: true }, () => Promise.resolve([]));
    after.onLetThrough(request, [plan], [down]);
    assert.deepEqual(await eventsOf(api, 1), ['ImagesInDoubt']);
    await after.stop();
  });

  test('a second check writes its own Event', async () => {
    await using api = await apiServerDouble();
    api.objects.set('/apis/apps/v1/namespaces/team/deployments/web', { kind: 'Deployment', metadata });
    const after = compose(api, { events: true, recheck: true }, () => Promise.resolve([]));
    after.onLetThrough(request, [plan], [down]);
    assert.deepEqual(
      (await eventsOf(api, 2)).toSorted((a, b) => a.localeCompare(b)),
      ['ImagesInDoubt', 'ImagesPullable'],
    );
    await after.stop();
  });

  test('no Event is written if the config disables Events, or if a controller owns the object', async () => {
    await using api = await apiServerDouble();
    const silent = compose(api, {}, () => Promise.resolve([]));
    silent.onLetThrough(request, [plan], [down]);
    const owned = { ...object, metadata: { ...metadata, ownerReferences: [{ controller: true }] } };
    const active = compose(api, { events: true }, () => Promise.resolve([]));
    const controlled = { ...plan, workload: { ...workload, controlled: true } };
    active.onLetThrough({ ...request, object: owned }, [controlled], [down]);
    active.onLetThrough(request, [plan], [down]);
    assert.deepEqual(await eventsOf(api, 1), ['ImagesInDoubt']);
    await Promise.all([silent.stop(), active.stop()]);
  });
});
