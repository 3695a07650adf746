import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changedUses } from '../../../src/engine/workload/changes.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { deployment, workloadOf } from '../../support/pods.ts';

const before = deployment(['a:1', 'b:1']);
const cases: readonly { it: string; now: JsonObject; checked: readonly string[] }[] = [
  { it: 'nothing if the object is equal', now: before, checked: [] },
  { it: 'the image that changed', now: deployment(['a:1', 'b:2']), checked: ['b:2'] },
  { it: 'an image that was added', now: deployment(['a:1', 'b:1', 'c:1']), checked: ['c:1'] },
  { it: 'nothing if only the order of containers changed', now: deployment(['b:1', 'a:1']), checked: [] },
  {
    it: 'all images if the pull secrets changed',
    now: deployment(['a:1', 'b:1'], { imagePullSecrets: [{ name: 's' }] }),
    checked: ['a:1', 'b:1'],
  },
  {
    it: 'all images if the ServiceAccount changed',
    now: deployment(['a:1', 'b:1'], { serviceAccountName: 'other' }),
    checked: ['a:1', 'b:1'],
  },
  {
    it: 'an image whose pull policy changed',
    now: deployment([], {
      containers: [
        { name: 'c0', image: 'a:1', imagePullPolicy: 'Always' },
        { name: 'c1', image: 'b:1' },
      ],
    }),
    checked: ['a:1'],
  },
  {
    it: 'nothing if only a selector changed',
    now: deployment(['a:1', 'b:1'], { nodeSelector: { x: 'y' } }),
    checked: [],
  },
];

describe('changedUses returns', () => {
  for (const { it, now, checked } of cases) {
    test(it, () => {
      const uses = changedUses([workloadOf('Deployment', before, 'team')], workloadOf('Deployment', now, 'team'));
      assert.deepEqual(
        uses.map((use) => use.image),
        checked,
      );
    });
  }
});
