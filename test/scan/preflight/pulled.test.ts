import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../../src/lib/json.ts';
import { pulledPod } from '../../../src/scan/preflight/pulled.ts';

const digest = `registry.test/app@sha256:${'a'.repeat(64)}`;

function podOf(status: JsonObject, owner = 'owner-1'): JsonObject {
  return {
    metadata: { name: 'p', namespace: 'shop', uid: 'u', ownerReferences: [{ controller: true, uid: owner }] },
    spec: {
      initContainers: [{ name: 'first', image: 'registry.test/init:v1' }],
      containers: [
        { name: 'app', image: 'registry.test/app:v1' },
        { name: 'late', image: 'registry.test/late:v1' },
      ],
    },
    status,
  };
}

const running = {
  phase: 'Running',
  initContainerStatuses: [{ name: 'first', imageID: digest }],
  containerStatuses: [
    { name: 'app', imageID: digest },
    { name: 'late', imageID: '' },
  ],
};

describe('pulledPod', () => {
  test('has the images that the node has pulled', () => {
    const pod = pulledPod(podOf(running));
    assert.deepEqual(
      pod?.plan.uses.map(({ name }) => name),
      ['first', 'app'],
    );
  });

  test('is like a new pod, which no node has pulled for', () =>
    assert.equal(pulledPod(podOf(running))?.plan.workload.controlled, false));

  for (const [it, status] of [
    ['has not started', { ...running, phase: 'Pending' }],
    ['has ended', { ...running, phase: 'Succeeded' }],
    ['has pulled nothing', { phase: 'Running' }],
  ] as const)
    test(`leaves out a pod that ${it}`, () => assert.equal(pulledPod(podOf(status)), undefined));

  test('is alike for pods of one controller', () => {
    const [first, same, other] = ['owner-1', 'owner-1', 'owner-2'].map((owner) => pulledPod(podOf(running, owner)));
    assert.equal(first?.likeness, same?.likeness);
    assert.notEqual(first?.likeness, other?.likeness);
  });
});
