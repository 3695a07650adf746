import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Looks every few ms until `done`; fails after `withinMs` with what it waited for. */
export async function until(what: string, done: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await done())) {
    assert.ok(performance.now() < end, `${what}: not within ${withinMs} ms`);
    await sleep(5);
  }
}
