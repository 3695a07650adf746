import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTurns } from '../../src/lib/turns.ts';

/** Starts `count` tasks, each of which ends when told to, and returns what runs. */
function start(turns: ReturnType<typeof createTurns>, keys: readonly string[]) {
  const running = new Map<number, () => void>();
  const done = keys.map((key, at) =>
    turns(key, () => new Promise<number>((resolve) => running.set(at, () => resolve(at)))),
  );
  return { done, running };
}

describe('turns', () => {
  test('run a limited number of tasks of each key, and the others in order', async () => {
    const { done, running } = start(createTurns(2), ['a', 'a', 'a', 'a', 'b']);
    assert.deepEqual([...running.keys()], [0, 1, 4]);
    running.get(1)?.();
    await done[1];
    await Promise.resolve();
    assert.deepEqual([...running.keys()], [0, 1, 4, 2]);
    for (const at of [0, 2, 4]) running.get(at)?.();
    await done[0];
    await Promise.resolve();
    running.get(3)?.();
    assert.deepEqual(await Promise.all(done), [0, 1, 2, 3, 4]);
  });

  test('go on after a task that fails', async () => {
    const turns = createTurns(1);
    const failed = turns('a', () => Promise.reject(new Error('no')));
    const next = turns('a', () => Promise.resolve('yes'));
    await assert.rejects(failed, /no/);
    assert.equal(await next, 'yes');
  });
});
