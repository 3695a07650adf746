import assert from 'node:assert/strict';
import { stretched } from '../../support/stretched.ts';
import type { Strain } from './limited.ts';

/**
 * The longest block of the event loop, in ms of CPU time. It is about 60, and twice that if other processes use the
 * caches of the CPU. Work without a bound takes seconds.
 */
const mostBlockedMs = 250;

/** Asserts that other reviews hardly noticed what a replica worked on, and that it stayed within its memory. */
export function assertCalm(strain: Strain<unknown>, limitMiB: number): void {
  const { blockedMs, peakMiB, neighbourMs, neighbourKinds } = strain;
  assert.ok(blockedMs < mostBlockedMs, `blocked for ${blockedMs} ms`);
  assert.ok(peakMiB < limitMiB, `${peakMiB} MiB`);
  assert.ok(neighbourMs < stretched(1_000), `a neighbour took ${neighbourMs} ms`);
  assert.deepEqual(neighbourKinds, []);
}
