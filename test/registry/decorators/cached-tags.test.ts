import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Question, Tags } from '../../../src/engine/ports.ts';
import { cachedTags } from '../../../src/registry/decorators/cached-tags.ts';
import type { Around } from '../../../src/registry/decorators/decorate-each.ts';
import { failures } from '../../support/answers.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { basic, patient, question } from '../../support/fake-registry.ts';
import { cacheOptions } from './cache-options.ts';

const open: Around = (_question, call, signal) => call(signal);
const stopped: Around = async () => failures['not-asked'];

/** A registry that lists `lists` in order, the last one again and again, and counts the calls. */
function listing(...lists: readonly (readonly string[])[]): Tags & { readonly calls: Question[] } {
  const calls: Question[] = [];
  return {
    calls,
    async tags(asked) {
      calls.push(asked);
      return lists[calls.length - 1] ?? lists.at(-1) ?? [];
    },
  };
}

function cached(tags: Tags, around: Around = open, clock = fakeClock()): Tags {
  return cachedTags(tags, around, { ...cacheOptions, clock, ttlMs: 60_000, waitMs: 1_000 });
}

const same: readonly (readonly [name: string, second: Question, calls: number])[] = [
  ['another tag of the repository', question({ tag: 'v2' }), 1],
  ['another namespace', { ...question(), namespace: 'other' }, 1],
  ['another credential', question({ credential: basic('ann') }), 2],
  ['another repository', question({ repository: 'other' }), 2],
  ['another registry', question({ registry: 'other.example' }), 2],
];

describe('cachedTags', () => {
  for (const [name, second, calls] of same) {
    test(`sends ${calls} requests for a question and ${name}`, async () => {
      const inner = listing(['v1']);
      const tags = cached(inner);
      await tags.tags(question(), patient());
      assert.deepEqual(await tags.tags(second, patient()), ['v1']);
      assert.equal(inner.calls.length, calls);
    });
  }

  test('keeps a list for a minute, also an empty one', async () => {
    const clock = fakeClock();
    const inner = listing([], ['v1']);
    const tags = cached(inner, open, clock);
    for (const at of [0, 1, 59_999]) {
      clock.advance(at - clock.now());
      assert.deepEqual(await tags.tags(question(), patient()), []);
    }
    clock.advance(1);
    assert.deepEqual(await tags.tags(question(), patient()), ['v1']);
    assert.equal(inner.calls.length, 2);
  });

  test('returns no tags, and keeps nothing, if the call is stopped', async () => {
    let around = stopped;
    const inner = listing(['v1']);
    const tags = cached(inner, (...call) => around(...call));
    assert.deepEqual(await tags.tags(question(), patient()), []);
    around = open;
    assert.deepEqual(await tags.tags(question(), patient()), ['v1']);
  });

  test('keeps no more than the size of the cache', async () => {
    const long = Array.from({ length: 1_000 }, (_, at) => `${at}`.padEnd(128, 'x'));
    const inner = listing(long);
    const tags = cachedTags(inner, open, {
      ...cacheOptions,
      clock: fakeClock(),
      ttlMs: 60_000,
      waitMs: 1_000,
      maxBytes: 400_000,
    });
    for (const repository of ['a', 'b', 'c', 'a']) await tags.tags(question({ repository }), patient());
    assert.equal(inner.calls.length, 4);
  });

  test('does not wait for a list that never arrives', async () => {
    const tags = cachedTags({ tags: () => new Promise(() => undefined) }, open, {
      ...cacheOptions,
      clock: fakeClock(),
      ttlMs: 60_000,
      waitMs: 1,
    });
    assert.deepEqual(await tags.tags(question(), patient()), []);
  });
});
