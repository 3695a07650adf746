import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { retryAfterMs } from '../../src/registry/retry-after.ts';

const now = Date.parse('Wed, 21 Oct 2015 07:28:00 GMT');

const cases: readonly (readonly [value: string | undefined, ms: number | undefined])[] = [
  [undefined, undefined],
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000],
  ['Wed, 21 Oct 2015 07:00:00 GMT', 0],
  ['Wednesday, 21-Oct-15 07:28:30 GMT', 30_000],
  ['Wed Oct 21 07:28:30 2015', 30_000],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['99999999999999', undefined],
];

describe('retryAfterMs at Wed, 21 Oct 2015 07:28:00 GMT', () => {
  for (const [value, ms] of cases) {
    test(`${value === undefined ? 'no header' : `"${value}"`}: ${ms === undefined ? 'undefined' : `${ms} ms`}`, () =>
      assert.equal(retryAfterMs(value, now), ms));
  }
});
