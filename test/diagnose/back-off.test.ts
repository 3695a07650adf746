import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { backOffAfter } from '../../src/diagnose/back-off.ts';

describe('the kubelet waits', () => {
  const cases: readonly (readonly [failures: number, seconds: number])[] = [
    [1, 10],
    [2, 20],
    [3, 40],
    [4, 80],
    [5, 160],
    [6, 300],
    [7, 300],
    [5_000, 300],
  ];
  for (const [failures, seconds] of cases) {
    test(`${seconds} s after ${failures} failures`, () => {
      const { delayMs, nextMs, latestMs } = backOffAfter(failures, 1_000);
      assert.deepEqual([delayMs, nextMs, latestMs], [seconds * 1000, 1_000 + seconds * 1000, 91_000 + seconds * 1000]);
    });
  }
});
