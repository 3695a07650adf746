import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadlineMs } from '../../src/webhook/deadline.ts';

const cases = [
  { it: 'takes a tenth off what the API server gives', query: 'timeout=8s', own: 60_000, is: 7_200 },
  { it: 'F9: takes 250 ms off where a tenth is less', query: 'timeout=1s', own: 10_000, is: 750 },
  { it: 'F10: supposes 10 s where none is given', query: '', own: 60_000, is: 9_000 },
  { it: 'keeps to its own limit where that is less', query: 'timeout=30s', own: 4_000, is: 3_600 },
  { it: 'reads fractions and milliseconds', query: 'timeout=2500ms', own: 60_000, is: 2_250 },
  { it: 'is over at once where nothing is left', query: 'timeout=100ms', own: 60_000, is: 0 },
  { it: 'supposes 10 s for what is no duration', query: 'timeout=-5s', own: 60_000, is: 9_000 },
  { it: 'supposes 10 s for what is no number', query: 'timeout=Infinitys', own: 60_000, is: 9_000 },
];

for (const { it, query, own, is } of cases) {
  test(it, () => assert.equal(deadlineMs(new URLSearchParams(query), own), is));
}
