import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRateCap } from '../../src/lib/rate-cap.ts';
import { fakeClock, settle } from '../support/fake-clock.ts';
import { patient } from '../support/fake-registry.ts';

describe('createRateCap', () => {
  test('spaces the turns of a key evenly', async () => {
    const clock = fakeClock();
    const cap = createRateCap(10, clock);
    const turns: number[] = [];
    for (let at = 0; at < 3; at++) void cap('a', patient()).then(() => turns.push(clock.now()));
    for (let ms = 0; ms < 400; ms += 50) {
      await settle();
      clock.advance(50);
    }
    assert.deepEqual(turns, [0, 100, 200]);
  });

  test('saves no turns up for later', async () => {
    const clock = fakeClock();
    const cap = createRateCap(10, clock);
    await cap('a', patient());
    clock.advance(10_000);
    await cap('a', patient());
    const next = cap('a', patient());
    assert.equal(clock.scheduled, 1);
    clock.advance(100);
    await next;
  });

  test('lets keys pass each other', async () => {
    const clock = fakeClock();
    const cap = createRateCap(1, clock);
    await Promise.all(['a', 'b', 'c'].map((key) => cap(key, patient())));
    assert.equal(clock.scheduled, 0);
  });

  test('ends the wait if the signal aborts', async () => {
    const clock = fakeClock();
    const cap = createRateCap(1, clock);
    await cap('a', patient());
    const leaving = new AbortController();
    const waiting = cap('a', leaving.signal);
    leaving.abort(new Error('left'));
    await assert.rejects(waiting, /left/);
    assert.equal(clock.scheduled, 0);
  });
});
