import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { goneVersion, groupToday } from '../../src/cli/gone-versions.ts';

const cases = [
  { apiVersion: 'extensions/v1beta1', group: 'apps', now: 'apps/v1' },
  { apiVersion: 'apps/v1beta1', group: 'apps', now: 'apps/v1' },
  { apiVersion: 'apps/v1beta2', group: 'apps', now: 'apps/v1' },
  { apiVersion: 'batch/v2alpha1', group: 'batch', now: 'batch/v1' },
  { apiVersion: 'batch/v1beta1', group: 'batch', now: 'batch/v1' },
  { apiVersion: 'apps/v1', group: 'apps', now: undefined },
  { apiVersion: 'v1', group: '', now: undefined },
  { apiVersion: 'argoproj.io/v1alpha1', group: 'argoproj.io', now: undefined },
];

describe('the group of today for', () => {
  for (const { apiVersion, group, now } of cases) {
    test(`${apiVersion} is "${group}"`, () => {
      assert.deepEqual([groupToday({ apiVersion }), goneVersion(apiVersion)?.now], [group, now]);
    });
  }
});
