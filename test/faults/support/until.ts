import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `done` every few ms until it returns true. Fails after `withinMs` with `what` in the message. */
export async function until(what: string, done: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await done())) {
    assert.ok(performance.now() < end, `${what}: not within ${withinMs} ms`);
    await sleep(5);
  }
}
