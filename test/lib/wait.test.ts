import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, test } from 'node:test';
import { limited, untilAborted, withDeadline, withTimeout } from '../../src/lib/wait.ts';
import { fakeClock } from '../support/fake-clock.ts';

const never = new Promise<never>(() => undefined);
const open = (): AbortSignal => new AbortController().signal;
const aborted = (): AbortSignal => AbortSignal.abort(new Error('gone'));

describe('untilAborted', () => {
  test('returns the result of the promise', async () => {
    assert.equal(await untilAborted(Promise.resolve(7), open()), 7);
  });

  test('throws what the promise throws', async () => {
    await assert.rejects(untilAborted(Promise.reject(new Error('bug')), open()), /bug/);
  });

  test('throws the reason as soon as the signal aborts', async () => {
    const caller = new AbortController();
    const waiting = assert.rejects(untilAborted(never, caller.signal), /gone/);
    caller.abort(new Error('gone'));
    await waiting;
  });

  test('throws the reason if the signal has aborted before the call', async () => {
    await assert.rejects(untilAborted(never, aborted()), /gone/);
  });

  test('removes its abort listener', async () => {
    const signal = open();
    await untilAborted(Promise.resolve(), signal);
    await assert.rejects(untilAborted(Promise.reject(new Error('bug')), signal));
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });
});

const reasonOf = (limit: AbortSignal): Promise<never> => untilAborted(never, limit);

describe('limited', () => {
  test('returns the result of the work, and leaves no listener behind', async () => {
    const signal = open();
    assert.equal(await limited(60_000, signal, () => Promise.resolve(7)), 7);
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

  test('aborts after the time limit', () => assert.rejects(limited(1, open(), reasonOf), { name: 'TimeoutError' }));

  test('aborts with the signal, and for its reason', async () => {
    const caller = new AbortController();
    const waiting = assert.rejects(limited(60_000, caller.signal, reasonOf), /gone/);
    caller.abort(new Error('gone'));
    await waiting;
  });

  test('aborts at once if the signal has aborted', () => assert.rejects(limited(60_000, aborted(), reasonOf), /gone/));
});

/** Work that ends only when its signal aborts. The interval keeps the process alive until then. */
const untilStopped = async (signal: AbortSignal): Promise<never> => {
  const keepAlive = setInterval(() => undefined, 1_000);
  return untilAborted(never, signal).finally(() => clearInterval(keepAlive));
};

describe('withTimeout', () => {
  test('returns the result of the work', async () => {
    assert.equal(await withTimeout(60_000, open(), () => Promise.resolve(7)), 7);
  });

  test('throws what the work throws', async () => {
    await assert.rejects(
      withTimeout(60_000, open(), () => Promise.reject(new Error('bug'))),
      /bug/,
    );
  });

  test('returns undefined after the time, and aborts the work', async () => {
    let reason: unknown;
    const result = await withTimeout(1, open(), async (signal) => {
      signal.addEventListener('abort', () => (reason = signal.reason));
      return untilStopped(signal);
    });
    assert.equal(result, undefined);
    assert.ok(reason instanceof DOMException && reason.name === 'TimeoutError');
  });

  test('throws the reason if the signal aborts during the work', async () => {
    const caller = new AbortController();
    const waiting = assert.rejects(withTimeout(60_000, caller.signal, untilStopped), /gone/);
    caller.abort(new Error('gone'));
    await waiting;
  });
});

describe('withDeadline', () => {
  test('returns the result of the promise, and cancels its timer', async () => {
    const clock = fakeClock();
    assert.equal(await withDeadline(100, Promise.resolve(7), clock, open()), 7);
    assert.equal(clock.scheduled, 0);
  });

  test('throws what the promise throws, and cancels its timer', async () => {
    const clock = fakeClock();
    await assert.rejects(withDeadline(100, Promise.reject(new Error('bug')), clock, open()), /bug/);
    assert.equal(clock.scheduled, 0);
  });

  test('returns undefined after the time, and the promise continues', async () => {
    const clock = fakeClock();
    const work = Promise.withResolvers<number>();
    const waiting = withDeadline(100, work.promise, clock, open());
    clock.advance(100);
    assert.equal(await waiting, undefined);
    work.resolve(7);
    assert.equal(await work.promise, 7);
  });

  test('throws the reason if the signal aborts first, and cancels its timer', async () => {
    const clock = fakeClock();
    await assert.rejects(withDeadline(100, never, clock, aborted()), /gone/);
    assert.equal(clock.scheduled, 0);
  });
});
