import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deadlineMs } from '../../src/webhook/deadline.ts';

const cases = [
  { it: 'is a tenth less than the timeout of the API server', query: 'timeout=8s', own: 60_000, expected: 7_200 },
  { it: 'F9: is 250 ms less if a tenth is less than 250 ms', query: 'timeout=1s', own: 10_000, expected: 750 },
  { it: 'F10: assumes 10 s if there is no timeout', query: '', own: 60_000, expected: 9_000 },
  { it: 'uses our own limit if it is shorter', query: 'timeout=30s', own: 4_000, expected: 3_600 },
  { it: 'reads milliseconds', query: 'timeout=2500ms', own: 60_000, expected: 2_250 },
  { it: 'is 0 if no time is left', query: 'timeout=100ms', own: 60_000, expected: 0 },
  { it: 'assumes 10 s for a negative duration', query: 'timeout=-5s', own: 60_000, expected: 9_000 },
  { it: 'assumes 10 s if the timeout is not a number', query: 'timeout=Infinitys', own: 60_000, expected: 9_000 },
];

describe('the deadline of a review', () => {
  for (const { it, query, own, expected } of cases) {
    test(it, () => assert.equal(deadlineMs(new URLSearchParams(query), own), expected));
  }
});
