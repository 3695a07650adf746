import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { builtInKinds } from '../../src/engine/workload/workload-kind.ts';
import { descend, textAt, type JsonObject } from '../../src/lib/json.ts';
import { gapSentence } from '../../src/scan/gap.ts';
import { scan, SelectorError, type ListEnd, type ScanPorts } from '../../src/scan/scan.ts';
import { patient } from '../support/fake-registry.ts';

function named(name: string, owner?: string): JsonObject {
  const ownerReferences = owner === undefined ? [] : [{ apiVersion: 'apps/v1', kind: owner, controller: true }];
  return { metadata: { name, ownerReferences } };
}

interface Listed {
  readonly objects?: readonly JsonObject[];
  readonly end?: ListEnd;
}

/** Scans a cluster with these lists, and returns the names that are reported. */
async function scanOf(lists: Readonly<Record<string, Listed>>, more: Partial<ScanPorts<string>> = {}) {
  const asked: string[] = [];
  const { results, passedOver, gaps } = await scan<string>(
    {
      kinds: builtInKinds.filter(({ kind }) => Object.hasOwn(lists, kind)),
      list: async ({ kind }, onPage) => {
        asked.push(kind);
        const { objects = [], end = { kind: 'complete' } } = lists[kind] ?? {};
        await onPage(objects);
        return end;
      },
      check: async (_kind, object) => ({ kind: 'checked', result: textAt(descend(object, ['metadata']), 'name') }),
      ...more,
    },
    patient(),
  );
  return { results, passedOver, gaps: gaps.map(({ kind, reason }) => `${kind.resource} ${reason}`), asked };
}

const lists = {
  Pod: { objects: [named('web-1-x', 'ReplicaSet'), named('alone')] },
  ReplicaSet: { objects: [named('web-1', 'Deployment')] },
  Deployment: { objects: [named('web')] },
};

describe('scan', () => {
  test('reports each workload once, and counts what others own', async () => {
    const { results, passedOver, gaps } = await scanOf(lists);
    assert.deepEqual(results, ['web', 'alone']);
    assert.deepEqual(passedOver, [
      { kind: 'Pod', reason: 'owned', count: 1 },
      { kind: 'ReplicaSet', reason: 'owned', count: 1 },
    ]);
    assert.deepEqual(gaps, []);
  });

  test('reports what an owner owns if the owner may not be listed', async () => {
    const { results, gaps } = await scanOf({ ...lists, Deployment: { end: { kind: 'forbidden' } } });
    assert.deepEqual(results, ['web-1', 'alone']);
    assert.deepEqual(gaps, ['deployments forbidden']);
  });

  test('keeps what it found if the cluster goes away in the middle', async () => {
    const end = { kind: 'unavailable', reason: 'connection' } as const;
    const { results, gaps, asked } = await scanOf({ ...lists, Deployment: { objects: [named('web')], end } });
    assert.deepEqual(results, ['web']);
    assert.deepEqual(gaps, ['deployments connection', 'replicasets not-tried', 'pods not-tried']);
    assert.deepEqual(asked, ['Deployment']);
  });

  test('says nothing about a kind that is gone since discovery', async () =>
    assert.deepEqual((await scanOf({ Deployment: { end: { kind: 'missing' } } })).gaps, []));

  test('stops for a selector that is not valid', async () =>
    assert.rejects(scanOf({ Pod: { end: { kind: 'rejected' } } }), SelectorError));

  test('counts what has nothing to check', async () => {
    const { passedOver } = await scanOf(lists, { check: async () => ({ kind: 'passed-over', reason: 'off' }) });
    assert.deepEqual(
      passedOver.filter(({ reason }) => reason === 'off'),
      [
        { kind: 'Deployment', reason: 'off', count: 1 },
        { kind: 'Pod', reason: 'off', count: 1 },
      ],
    );
  });

  test('tells its progress', async () => {
    const seen: number[] = [];
    await scanOf(lists, { onProgress: (count) => seen.push(count) });
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });
});

describe('gapSentence', () => {
  const kind = { group: 'apps', kind: 'Deployment', resource: 'deployments' };

  test('names verb, resource and namespace of a missing permission', () => {
    assert.equal(
      gapSentence({ kind, reason: 'forbidden' }, 'shop'),
      'deployments.apps in namespace shop: no permission. The user needs the verb list on deployments.apps in namespace shop; check it with: kubectl auth can-i list deployments.apps -n shop',
    );
    assert.match(gapSentence({ kind, reason: 'forbidden' }, undefined), /in all namespaces.*--all-namespaces$/);
  });

  test('says why a list is not complete', () =>
    assert.equal(
      gapSentence({ kind: { group: '', kind: 'Pod', resource: 'pods' }, reason: 'timeout' }, undefined),
      'pods in all namespaces: the list is not complete, because the API server did not answer in time',
    ));
});
