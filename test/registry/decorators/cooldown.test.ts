import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer } from '../../../src/engine/answer.ts';
import type { Question, Registry } from '../../../src/engine/ports.ts';
import { cooldown, type CooldownOptions } from '../../../src/registry/decorators/cooldown.ts';
import { decorateEach } from '../../../src/registry/decorators/decorate-each.ts';
import { fakeClock, settle } from '../../support/fake-clock.ts';
import { failures } from '../../support/answers.ts';
import { basic, fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';

const options = { defaultMs: 10_000, maxMs: 60_000, maxEntries: 100 };

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
  { name: 'limits a wait of days to a minute', retryAfterMs: 1e12, after: 59_999, expected: 'throttled' },
  { name: 'makes a call after the longest wait', retryAfterMs: 1e12, after: 60_000, expected: 'found' },
  {
    name: 'waits for another tag of the repository',
    after: 1,
    next: question({ tag: 'other' }),
    expected: 'throttled',
  },
  {
    name: 'tries another repository',
    after: 1,
    next: question({ repository: 'other' }),
    expected: 'found',
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

function cooldownRegistry(registry: Registry, more: CooldownOptions): Registry {
  return decorateEach(registry, cooldown(more));
}

/** A question about another repository, from a namespace. */
function about(repository: string, namespace: string): Question {
  return { ...question({ repository }), namespace };
}

describe('cooldown', () => {
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

  test('waits with all repositories of a namespace if the registry throttles a second one', async () => {
    const inner = fakeRegistry(() => failures.throttled);
    const cooling = cooldownRegistry(inner, { ...options, clock: fakeClock() });
    for (const repository of ['a', 'b', 'c', 'd']) {
      assert.equal((await cooling.resolve(about(repository, 'one'), patient())).kind, 'throttled');
    }
    assert.equal(inner.calls.length, 2);
    // Another namespace has a probe of its own.
    await cooling.resolve(about('e', 'two'), patient());
    await cooling.resolve(about('f', 'two'), patient());
    assert.equal(inner.calls.length, 3);
  });

  test('has one probe in a namespace at a time, and its success ends the wait for all repositories but one', async () => {
    const inner = fakeRegistry(({ question: { reference } }) =>
      reference.repository === 'throttled' ? failures.throttled : undefined,
    );
    const cooling = cooldownRegistry(inner, { ...options, clock: fakeClock() });
    await cooling.resolve(about('throttled', 'bad'), patient());
    const answers = ['a', 'b', 'c'].map((repository) => cooling.resolve(about(repository, 'good'), patient()));
    await settle();
    assert.equal(inner.calls.length, 2);
    inner.calls[1]?.reply(failures['not-found']);
    await settle();
    assert.equal(inner.calls.length, 4);
    for (const call of inner.calls.slice(2)) call.reply(found);
    assert.deepEqual(
      (await Promise.all(answers)).map(({ kind }) => kind),
      ['not-found', 'found', 'found'],
    );
    assert.equal((await cooling.resolve(about('throttled', 'good'), patient())).kind, 'throttled');
    assert.equal(inner.calls.length, 4);
  });

  test('does not wait for the probe of another namespace', async () => {
    const inner = fakeRegistry(({ question: { reference, namespace } }) => {
      if (reference.repository === 'throttled') return failures.throttled;
      return namespace === 'bad' ? undefined : found;
    });
    const cooling = cooldownRegistry(inner, { ...options, clock: fakeClock() });
    await cooling.resolve(about('throttled', 'bad'), patient());
    const leaving = new AbortController();
    const hanging = assert.rejects(cooling.resolve(about('hangs', 'bad'), leaving.signal), /gone/);
    assert.equal((await cooling.resolve(about('good', 'good'), patient())).kind, 'found');
    leaving.abort(new Error('gone'));
    await hanging;
  });

  test('lets the next call be the probe if the first one got no answer', async () => {
    const inner = fakeRegistry(() => [failures.throttled, failures.unreachable, found, found][inner.calls.length - 1]);
    const cooling = cooldownRegistry(inner, { ...options, clock: fakeClock() });
    const kinds: string[] = [];
    for (const repository of ['a', 'b', 'c', 'd']) {
      kinds.push((await cooling.resolve(about(repository, 'one'), patient())).kind);
    }
    assert.deepEqual(kinds, ['throttled', 'unreachable', 'found', 'found']);
  });

  test('is not made longer by the probes of many namespaces', async () => {
    const clock = fakeClock();
    const inner = fakeRegistry(() => failures.throttled);
    const cooling = cooldownRegistry(inner, { ...options, clock });
    for (const repository of ['a', 'b']) await cooling.resolve(about(repository, 'one'), patient());
    clock.advance(9_999);
    for (const repository of ['c', 'd']) await cooling.resolve(about(repository, 'two'), patient());
    assert.equal(inner.calls.length, 3);
    clock.advance(1);
    await cooling.resolve(about('e', 'one'), patient());
    assert.equal(inner.calls.length, 4);
  });
});
