import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../../../src/engine/answer.ts';
import type { Question } from '../../../src/engine/ports.ts';
import { cooldownRegistry } from '../../../src/registry/decorators/cooldown-registry.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { failures } from '../../support/answers.ts';
import { basic, fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';

const options = { defaultMs: 10_000, maxMs: 300_000, maxEntries: 100 };

interface Case {
  readonly it: string;
  /** Milliseconds that the registry asks for. */
  readonly retryAfterMs?: number;
  readonly next?: Question;
  /** When the next ask comes, in ms. */
  readonly after: number;
  readonly hears: Answer['kind'];
}

const cases: readonly Case[] = [
  {
    it: 'nobody asks before the time that the registry names',
    retryAfterMs: 30_000,
    after: 29_999,
    hears: 'throttled',
  },
  { it: 'and anybody after', retryAfterMs: 30_000, after: 30_000, hears: 'found' },
  { it: 'without a time there is a default', after: 9999, hears: 'throttled' },
  { it: 'which ends', after: 10_000, hears: 'found' },
  { it: 'a time of nothing is no time', retryAfterMs: 0, after: 9999, hears: 'throttled' },
  { it: 'a time of days is cut', retryAfterMs: 1e12, after: 299_999, hears: 'throttled' },
  { it: 'to minutes', retryAfterMs: 1e12, after: 300_000, hears: 'found' },
  {
    it: 'another image of the registry waits too',
    after: 1,
    next: question({ repository: 'other' }),
    hears: 'throttled',
  },
  {
    it: 'another credential has a quota of its own',
    after: 1,
    next: question({ credential: basic('ann') }),
    hears: 'found',
  },
  { it: 'another registry too', after: 1, next: question({ registry: 'other.example' }), hears: 'found' },
];

describe('cooldown registry', () => {
  for (const { it: sentence, retryAfterMs, after, next = question(), hears } of cases) {
    it(sentence, async () => {
      const clock = fakeClock();
      const inner = fakeRegistry(() =>
        inner.calls.length > 1
          ? found
          : { ...failures.throttled, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
      );
      const cooling = cooldownRegistry(inner, { ...options, clock });
      await cooling.resolve(question(), patient());
      clock.advance(after);
      assert.equal((await cooling.resolve(next, patient())).kind, hears);
      assert.equal(inner.calls.length, hears === 'found' ? 2 : 1);
    });
  }

  it('says how long is left', async () => {
    const clock = fakeClock();
    const inner = fakeRegistry(() => ({ ...failures.throttled, retryAfterMs: 20_000 }));
    const cooling = cooldownRegistry(inner, { ...options, clock });
    await cooling.resolve(question(), patient());
    clock.advance(5000);
    assert.deepEqual(await cooling.resolve(question(), patient()), { ...failures.throttled, retryAfterMs: 15_000 });
  });
});
