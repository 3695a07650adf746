import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer } from '../../../src/engine/answer.ts';
import type { Question } from '../../../src/engine/ports.ts';
import { cachedRegistry } from '../../../src/registry/decorators/cached-registry.ts';
import { fakeClock, settle } from '../../support/fake-clock.ts';
import { failures } from '../../support/answers.ts';
import { fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';
import { cacheOptions as options } from './cache-options.ts';

describe('cachedRegistry with concurrent calls', () => {
  test('makes one call for 10,000 callers', async () => {
    const inner = fakeRegistry();
    const cached = cachedRegistry(inner, { ...options, clock: fakeClock() });
    const answers = Array.from({ length: 10_000 }, () => cached.resolve(question(), patient()));
    await settle();
    inner.calls[0]?.reply(found);
    assert.ok((await Promise.all(answers)).every(({ kind }) => kind === 'found'));
    assert.equal(inner.calls.length, 1);
  });

  test('makes one more call for all callers that joined a call which failed', async () => {
    const inner = fakeRegistry();
    const cached = cachedRegistry(inner, { ...options, clock: fakeClock() });
    const first = cached.resolve(question(), patient());
    const joined = Array.from({ length: 100 }, () => cached.resolve(question(), patient()));
    inner.calls[0]?.reply(failures['not-found']);
    assert.equal((await first).kind, 'not-found');
    await settle();
    inner.calls[1]?.reply(found);
    assert.ok((await Promise.all(joined)).every(({ kind }) => kind === 'found'));
    assert.equal(inner.calls.length, 2);
  });

  test('keeps the call for the other callers if one leaves', async () => {
    const inner = fakeRegistry();
    const clock = fakeClock();
    const cached = cachedRegistry(inner, { ...options, clock });
    const leaving = new AbortController();
    const left = assert.rejects(cached.resolve(question(), leaving.signal), /gone/);
    const stays = cached.resolve(question(), patient());
    leaving.abort(new Error('gone'));
    await left;
    clock.advance(60_000);
    assert.equal(inner.calls[0]?.signal.aborted, false);
    inner.calls[0]?.reply(found);
    assert.equal((await stays).kind, 'found');
  });

  test('caches the answer of a call after its only caller has left', async () => {
    const inner = fakeRegistry();
    const clock = fakeClock();
    const cached = cachedRegistry(inner, { ...options, clock });
    await assert.rejects(leaveAtOnce(cached.resolve.bind(cached)));
    clock.advance(4999);
    inner.calls[0]?.reply(found);
    await settle();
    assert.equal((await cached.resolve(question(), patient())).kind, 'found');
    assert.equal(inner.calls.length, 1);
    assert.equal(clock.scheduled, 0);
  });

  test('lets a new caller join a call whose caller has left', async () => {
    const inner = fakeRegistry();
    const clock = fakeClock();
    const cached = cachedRegistry(inner, { ...options, clock });
    await assert.rejects(leaveAtOnce(cached.resolve.bind(cached)));
    clock.advance(4999);
    const joined = cached.resolve(question(), patient());
    clock.advance(60_000);
    inner.calls[0]?.reply(found);
    assert.equal((await joined).kind, 'found');
  });

  test('aborts a call without callers after lingerMs, and starts a new one for the next caller', async () => {
    const inner = fakeRegistry();
    const clock = fakeClock();
    const cached = cachedRegistry(inner, { ...options, clock });
    await assert.rejects(leaveAtOnce(cached.resolve.bind(cached)));
    clock.advance(5000);
    assert.equal(inner.calls[0]?.signal.aborted, true);
    const again = cached.resolve(question(), patient());
    inner.calls[1]?.reply(found);
    assert.equal((await again).kind, 'found');
    assert.equal(inner.pending, 0);
  });
});

/** Makes a call and aborts it at once. */
async function leaveAtOnce(call: (question: Question, signal: AbortSignal) => Promise<Answer>): Promise<void> {
  const leaving = new AbortController();
  const answer = call(question(), leaving.signal);
  leaving.abort();
  await answer;
}
