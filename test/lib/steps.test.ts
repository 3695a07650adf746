import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createBreathing } from '../../src/lib/breathing.ts';
import { atOnce, inSteps, type Steps } from '../../src/lib/steps.ts';

function* counting(log: string[]): Steps<number> {
  log.push('one');
  yield;
  log.push('two');
  yield;
  return 3;
}

describe('steps', () => {
  test('have the same result at once', () => {
    assert.equal(atOnce(counting([])), 3);
  });

  test('pause after each yield', async () => {
    const log: string[] = [];
    const result = await inSteps(counting(log), async () => void log.push('pause'));
    assert.deepEqual([result, log], [3, ['one', 'pause', 'two', 'pause']]);
  });
});

test('breathing serves one of two long calculations in each turn of the event loop', async () => {
  const breathe = createBreathing();
  const turns: number[] = [];
  let turn = 0;
  let counting = setImmediate(function count() {
    turn += 1;
    counting = setImmediate(count);
  });
  async function calculate(): Promise<void> {
    for (let step = 0; step < 3; step += 1) {
      await breathe();
      turns.push(turn);
    }
  }
  await Promise.all([calculate(), calculate()]);
  clearImmediate(counting);
  assert.deepEqual([turns.length, new Set(turns).size], [6, 6]);
});
