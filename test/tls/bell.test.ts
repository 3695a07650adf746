import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { createBell, type BellOptions, type RoundResult } from '../../src/tls/bell.ts';

const well: RoundResult = { succeeded: true, quiet: true };
const busy: RoundResult = { succeeded: true, quiet: false };

/** A clock on which a wait takes no time. */
function leapingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    schedule(ms, task) {
      now += ms;
      queueMicrotask(task);
      return () => undefined;
    },
  };
}

function bellOf(round: () => Promise<RoundResult>, options: Partial<BellOptions> = {}) {
  const starts: number[] = [];
  const clock = options.clock ?? leapingClock();
  const bell = createBell(
    async () => {
      starts.push(clock.now());
      return round();
    },
    { pauseMs: 20, maxPauseMs: 80, timeoutMs: 1_000, ...options, clock },
  );
  const keepAlive = setInterval(() => undefined, 1_000);
  return {
    bell,
    starts,
    /** Times between the starts of rounds, in ms. */
    pauses: () => starts.slice(1).map((at, index) => at - (starts[index] ?? 0)),
    [Symbol.dispose]() {
      bell.close();
      clearInterval(keepAlive);
    },
  };
}

describe('a bell', () => {
  test('those who ring before a round starts share it', async () => {
    using it = bellOf(async () => well);
    await it.bell.ring();
    await Promise.all(Array.from({ length: 100 }, () => it.bell.ring()));
    assert.equal(it.starts.length, 2);
  });

  test('who rings during a round gets one that starts later', async () => {
    const { promise, resolve } = Promise.withResolvers<RoundResult>();
    const rounds = [promise, Promise.resolve(well)];
    using it = bellOf(() => rounds.shift() ?? promise);
    const first = it.bell.ring();
    while (it.starts.length === 0) await new Promise((next) => setImmediate(next));
    const second = it.bell.ring();
    assert.equal(await second, true);
    assert.equal(it.starts.length, 2);
    resolve({ succeeded: false, quiet: true });
    assert.equal(await first, false);
  });

  test('rounds that have something to do become fewer', async () => {
    using it = bellOf(async () => busy);
    for (let ring = 0; ring < 14; ring++) await it.bell.ring();
    assert.deepEqual(it.pauses(), [...Array.from({ length: 10 }, () => 20), 40, 80, 80]);
  });

  test('a quiet round ends that', async () => {
    const results = [...Array.from({ length: 12 }, () => busy), well, well];
    using it = bellOf(async () => results.shift() ?? well, { maxPauseMs: 10_000, pauseMs: 50 });
    for (let ring = 0; ring < 14; ring++) await it.bell.ring();
    assert.deepEqual(it.pauses().slice(-2), [200, 50]);
  });

  test('a round that throws is reported, and the next one runs', async () => {
    const errors: unknown[] = [];
    let rounds = 0;
    const round = async (): Promise<RoundResult> => {
      if (rounds++ === 0) throw new Error('a bug');
      return well;
    };
    using it = bellOf(round, { onError: (cause) => errors.push(String(cause)) });
    assert.deepEqual([await it.bell.ring(), await it.bell.ring(), errors], [false, true, ['Error: a bug']]);
  });

  test('a closed bell ends the wait, and reports nothing', async () => {
    const errors: unknown[] = [];
    using it = bellOf(async () => well, {
      pauseMs: 60_000,
      clock: systemClock,
      onError: (cause) => errors.push(cause),
    });
    await it.bell.ring();
    const waiting = it.bell.ring();
    it.bell.close();
    assert.deepEqual([await waiting, errors], [false, []]);
  });
});
