import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { watchEventLoopLag } from '../../src/webhook/event-loop-lag.ts';

/** Returns a measurement, and `tick`, which runs its next timer late. */
function watched() {
  let now = 0;
  let timer: { readonly at: number; readonly task: () => void } | undefined;
  const lag = watchEventLoopLag({
    now: () => now,
    schedule(ms, task) {
      timer = { at: now + ms, task };
      return () => (timer = undefined);
    },
  });
  function wait(ms: number): void {
    now += ms;
  }
  function tick(lateMs: number): void {
    assert.ok(timer !== undefined);
    now = timer.at + lateMs;
    timer.task();
  }
  return { lag, wait, tick, waits: () => timer !== undefined };
}

const cases: readonly {
  readonly it: string;
  readonly ticks: readonly number[];
  readonly expected: readonly number[];
}[] = [
  { it: 'has no lag at first', ticks: [], expected: [0, 0] },
  { it: 'has the lag of the last tick', ticks: [5, 700], expected: [700, 0] },
  { it: 'does not last after one late tick', ticks: [9_000], expected: [9_000, 0] },
  { it: 'does not last after two late ticks', ticks: [700, 800], expected: [800, 0] },
  { it: 'lasts after three late ticks, with the least of them', ticks: [700, 600, 800], expected: [800, 600] },
  { it: 'lasts while all ticks are late', ticks: [700, 600, 800, 900, 950], expected: [950, 800] },
  { it: 'does not last after a tick in time', ticks: [700, 600, 800, 1], expected: [1, 1] },
  { it: 'does not last if a tick between late ticks is in time', ticks: [700, 0, 800, 900], expected: [900, 0] },
];

describe('the event-loop lag', () => {
  for (const { it, ticks, expected } of cases) {
    test(it, () => {
      const { lag, tick } = watched();
      for (const lateMs of ticks) tick(lateMs);
      assert.deepEqual([lag.lagMs(), lag.sustainedMs()], expected);
    });
  }

  test('includes a tick that is late and has not run yet', () => {
    const { lag, wait } = watched();
    wait(2_100);
    assert.deepEqual([lag.lagMs(), lag.sustainedMs()], [2_000, 0]);
  });

  test('forgets all measurements at a restart, and measures again', () => {
    const { lag, tick, wait } = watched();
    for (const lateMs of [700, 800, 900]) tick(lateMs);
    wait(5_000);
    lag.restart();
    assert.deepEqual([lag.lagMs(), lag.sustainedMs()], [0, 0]);
    tick(50);
    assert.deepEqual([lag.lagMs(), lag.sustainedMs()], [50, 0]);
  });

  test('has no timer after the stop', () => {
    const { lag, tick, waits } = watched();
    tick(1);
    lag.stop();
    assert.equal(waits(), false);
  });
});
