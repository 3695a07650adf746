import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/lib/json.ts';
import { ownersFirst, standingOf, type Standing } from '../../src/scan/standing.ts';

function owned(kind: string, apiVersion = 'apps/v1', controller = true): JsonObject {
  return { metadata: { ownerReferences: [{ apiVersion, kind, name: 'owner', controller }] } };
}

const cases: readonly (readonly [it: string, kind: string, object: JsonObject, Standing])[] = [
  ['a Deployment', 'Deployment', {}, 'root'],
  ['a Pod without an owner', 'Pod', { status: { phase: 'Running' } }, 'root'],
  ['a Pod that has ended', 'Pod', { status: { phase: 'Succeeded' } }, 'finished'],
  ['a Pod that has failed', 'Pod', { status: { phase: 'Failed' } }, 'finished'],
  ['a ReplicaSet of a Deployment', 'ReplicaSet', owned('Deployment'), 'owned'],
  ['a Pod of a ReplicaSet', 'Pod', owned('ReplicaSet'), 'owned'],
  ['a Pod of a kind that is not listed', 'Pod', owned('Sprocket', 'example.com/v1'), 'root'],
  ['a Pod of a kind with a known name in another group', 'Pod', owned('Deployment', 'example.com/v1'), 'root'],
  ['a Pod whose owner does not control it', 'Pod', owned('ReplicaSet', 'apps/v1', false), 'root'],
  ['a mirror Pod, which its Node owns', 'Pod', owned('Node', 'v1'), 'root'],
  [
    'a ReplicaSet without replicas of a kind that is not listed',
    'ReplicaSet',
    { ...owned('Rollout', 'argoproj.io/v1alpha1'), spec: { replicas: 0 } },
    'old',
  ],
  [
    'a ReplicaSet with replicas of a kind that is not listed',
    'ReplicaSet',
    { ...owned('Rollout', 'argoproj.io/v1alpha1'), spec: { replicas: 1 } },
    'root',
  ],
  ['a ReplicaSet without replicas and owner', 'ReplicaSet', { spec: { replicas: 0 } }, 'root'],
  ['a Job that runs', 'Job', { status: { conditions: [{ type: 'Suspended', status: 'False' }] } }, 'root'],
  ['a Job that is complete', 'Job', { status: { conditions: [{ type: 'Complete', status: 'True' }] } }, 'finished'],
  ['a Job that has failed', 'Job', { status: { conditions: [{ type: 'Failed', status: 'True' }] } }, 'finished'],
  ['a Job of a CronJob', 'Job', owned('CronJob', 'batch/v1'), 'owned'],
];

const listed = new Set(['apps/Deployment', 'apps/ReplicaSet', 'batch/CronJob']);

describe('standingOf', () => {
  for (const [it, kind, object, standing] of cases) {
    test(`${it}: ${standing}`, () =>
      assert.equal(
        standingOf({ kind }, object, (group, owner) => listed.has(`${group}/${owner}`)),
        standing,
      ));
  }
});

test('owners come before what they own', () => {
  const kinds = ['Pod', 'ReplicaSet', 'Deployment', 'Job', 'CronJob', 'Rollout'].map((kind) => ({ kind }));
  const order = ownersFirst(kinds).map(({ kind }) => kind);
  assert.deepEqual(order, ['Deployment', 'CronJob', 'Rollout', 'Job', 'ReplicaSet', 'Pod']);
});
