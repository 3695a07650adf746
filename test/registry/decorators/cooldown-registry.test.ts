import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer } from '../../../src/engine/answer.ts';
import type { Question } from '../../../src/engine/ports.ts';
import { cooldownRegistry } from '../../../src/registry/decorators/cooldown-registry.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { failures } from '../../support/answers.ts';
import { basic, fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';

const options = { defaultMs: 10_000, maxMs: 300_000, maxEntries: 100 };

interface Case {
  readonly name: string;
  /** The wait that the registry asks for, in ms. */
  readonly retryAfterMs?: number;
  readonly next?: Question;
  /** The time between the first call and the next, in ms. */
  readonly after: number;
  /** The answer to the next call. */
  readonly expected: Answer['kind'];
}

const cases: readonly Case[] = [
  {
    name: 'makes no call before the end of the wait',
    retryAfterMs: 30_000,
    after: 29_999,
    expected: 'throttled',
  },
  { name: 'makes a call after the end of the wait', retryAfterMs: 30_000, after: 30_000, expected: 'found' },
  { name: 'waits for the default if the registry names no wait', after: 9999, expected: 'throttled' },
  { name: 'makes a call after the end of the default', after: 10_000, expected: 'found' },
  {
    name: 'waits for the default if the registry names a wait of 0',
    retryAfterMs: 0,
    after: 9999,
    expected: 'throttled',
  },
  { name: 'limits a wait of days', retryAfterMs: 1e12, after: 299_999, expected: 'throttled' },
  { name: 'makes a call after the longest wait', retryAfterMs: 1e12, after: 300_000, expected: 'found' },
  {
    name: 'waits for all images of the registry',
    after: 1,
    next: question({ repository: 'other' }),
    expected: 'throttled',
  },
  {
    name: 'does not wait for another credential',
    after: 1,
    next: question({ credential: basic('ann') }),
    expected: 'found',
  },
  {
    name: 'does not wait for another registry',
    after: 1,
    next: question({ registry: 'other.example' }),
    expected: 'found',
  },
];

describe('cooldownRegistry', () => {
  for (const { name, retryAfterMs, after, next = question(), expected } of cases) {
    test(name, async () => {
      const clock = fakeClock();
      const inner = fakeRegistry(() =>
        inner.calls.length > 1
          ? found
          : { ...failures.throttled, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
      );
      const cooling = cooldownRegistry(inner, { ...options, clock });
      await cooling.resolve(question(), patient());
      clock.advance(after);
      assert.equal((await cooling.resolve(next, patient())).kind, expected);
      assert.equal(inner.calls.length, expected === 'found' ? 2 : 1);
    });
  }

  test('returns the time that is left', async () => {
    const clock = fakeClock();
    const inner = fakeRegistry(() => ({ ...failures.throttled, retryAfterMs: 20_000 }));
    const cooling = cooldownRegistry(inner, { ...options, clock });
    await cooling.resolve(question(), patient());
    clock.advance(5000);
    assert.deepEqual(await cooling.resolve(question(), patient()), { ...failures.throttled, retryAfterMs: 15_000 });
  });
});
