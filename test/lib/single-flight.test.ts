import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSingleFlight } from '../../src/lib/single-flight.ts';
import { fakeClock, settle } from '../support/fake-clock.ts';

const open = (): AbortSignal => new AbortController().signal;

/** Work that the test ends, and a list of the signals that each call of it got. */
function controlledWork() {
  const calls: AbortSignal[] = [];
  let current = Promise.withResolvers<number>();
  return {
    calls,
    work: (signal: AbortSignal): Promise<number> => {
      calls.push(signal);
      current = Promise.withResolvers<number>();
      return current.promise;
    },
    finish: (value: number): void => current.resolve(value),
    fail: (error: Error): void => current.reject(error),
  };
}

describe('a single flight', () => {
  test('runs one call for concurrent callers with the same key', async () => {
    const flights = createSingleFlight<number>(fakeClock(), 0);
    const { work, calls, finish } = controlledWork();
    const callers = [flights.fly('a', work, open()), flights.fly('a', work, open())];
    finish(7);
    assert.deepEqual(await Promise.all(callers), [
      { value: 7, joined: false },
      { value: 7, joined: true },
    ]);
    assert.equal(calls.length, 1);
  });

  test('runs a call for each key', async () => {
    const flights = createSingleFlight<number>(fakeClock(), 0);
    const results = ['a', 'b'].map((key, at) => flights.fly(key, () => Promise.resolve(at), open()));
    assert.deepEqual(
      (await Promise.all(results)).map(({ value }) => value),
      [0, 1],
    );
  });

  test('runs a new call after the last one has ended', async () => {
    const flights = createSingleFlight<number>(fakeClock(), 0);
    await flights.fly('a', () => Promise.resolve(1), open());
    assert.deepEqual(await flights.fly('a', () => Promise.resolve(2), open()), { value: 2, joined: false });
  });

  test('throws for every caller what the call throws, and then runs a new call', async () => {
    const flights = createSingleFlight<number>(fakeClock(), 0);
    const { work, fail } = controlledWork();
    const callers = [flights.fly('a', work, open()), flights.fly('a', work, open())];
    fail(new Error('bug'));
    for (const caller of callers) await assert.rejects(caller, /bug/);
    assert.equal((await flights.fly('a', () => Promise.resolve(2), open())).value, 2);
  });

  test('does not run a call for a signal that has aborted', async () => {
    const flights = createSingleFlight<number>(fakeClock(), 0);
    const { work, calls } = controlledWork();
    await assert.rejects(flights.fly('a', work, AbortSignal.abort(new Error('gone'))), /gone/);
    assert.equal(calls.length, 0);
  });

  test('ends the wait of one caller, and continues the call for the others', async () => {
    const flights = createSingleFlight<number>(fakeClock(), 0);
    const { work, calls, finish } = controlledWork();
    const caller = new AbortController();
    const first = flights.fly('a', work, caller.signal);
    const second = flights.fly('a', work, open());
    caller.abort(new Error('gone'));
    await assert.rejects(first, /gone/);
    assert.equal(calls[0]?.aborted, false);
    finish(7);
    assert.equal((await second).value, 7);
  });
});

/** A call that its only caller has left. */
async function abandoned(lingerMs: number) {
  const clock = fakeClock();
  const flights = createSingleFlight<number>(clock, lingerMs);
  const controlled = controlledWork();
  const caller = new AbortController();
  const waiting = flights.fly('a', controlled.work, caller.signal);
  caller.abort(new Error('gone'));
  await assert.rejects(waiting, /gone/);
  return { clock, flights, ...controlled };
}

describe('after the last caller has left, a call', () => {
  test('is aborted at once if it may not linger', async () => {
    const { calls } = await abandoned(0);
    assert.equal(calls[0]?.aborted, true);
  });

  test('is aborted after the linger time', async () => {
    const { calls, clock } = await abandoned(100);
    clock.advance(99);
    assert.equal(calls[0]?.aborted, false);
    clock.advance(1);
    assert.equal(calls[0]?.aborted, true);
  });

  test('is not joined after it was aborted', async () => {
    const { flights } = await abandoned(0);
    assert.deepEqual(await flights.fly('a', () => Promise.resolve(2), open()), { value: 2, joined: false });
  });

  test('accepts a caller during the linger time, and then has no limit', async () => {
    const { calls, clock, flights, work, finish } = await abandoned(100);
    clock.advance(99);
    const late = flights.fly('a', work, open());
    clock.advance(1_000);
    finish(7);
    assert.deepEqual(await late, { value: 7, joined: true });
    assert.deepEqual(
      calls.map(({ aborted }) => aborted),
      [false],
    );
  });

  test('may fail during the linger time without an unhandled rejection', async () => {
    const { clock, fail } = await abandoned(100);
    fail(new Error('bug'));
    await settle();
    assert.equal(clock.scheduled, 0);
  });
});
