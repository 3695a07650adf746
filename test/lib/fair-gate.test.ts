import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createFairGate, type FairGate } from '../../src/lib/fair-gate.ts';

const never = new AbortController().signal;

/** Takes places for `key` until it gets no more, and returns how many. */
function takeAll(gate: FairGate, key: string): number {
  let taken = 0;
  while (gate.tryEnter(key)) taken += 1;
  return taken;
}

/** Enters with each key, in this order, and returns the list that the keys are added to as they get their places. */
function enterAll(gate: FairGate, keys: readonly string[]): string[] {
  const entered: string[] = [];
  for (const key of keys) void gate.enter(key, never).then(() => entered.push(key));
  return entered;
}

const shares = [
  { it: 'one key gets half of the places', keys: ['a'], places: 12, taken: [6] },
  { it: 'the second key gets half of the rest', keys: ['a', 'b'], places: 12, taken: [6, 3] },
  { it: 'a single place goes to whoever is first', keys: ['a', 'b'], places: 1, taken: [1, 0] },
  {
    it: 'a new key always finds a place after others took theirs',
    keys: ['a', 'b', 'c', 'd'],
    places: 12,
    taken: [6, 3, 2, 1],
  },
] as const;

describe('a fair gate', () => {
  for (const { it, keys, places, taken } of shares) {
    test(it, () => {
      const gate = createFairGate(places, 0);
      assert.deepEqual(
        keys.map((key) => takeAll(gate, key)),
        taken,
      );
      assert.equal(
        gate.active,
        taken.reduce<number>((sum, count) => sum + count, 0),
      );
    });
  }

  test('a key without places may take all that are free, at once', () => {
    const gate = createFairGate(10, 0);
    assert.deepEqual([gate.tryEnter('a', 11), gate.tryEnter('a', 10), gate.tryEnter('b')], [false, true, false]);
    gate.leave('a', 10);
    assert.deepEqual([gate.tryEnter('a', 5), gate.tryEnter('a'), gate.tryEnter('b', 5)], [true, false, true]);
  });

  test('keys take turns, in the order of arrival within a key', async () => {
    const gate = createFairGate(1, 10);
    assert.ok(gate.tryEnter('x'));
    const entered = enterAll(gate, ['a', 'a', 'a', 'b', 'c']);
    assert.equal(gate.waiting, 5);
    for (const key of ['x', 'a', 'b', 'c', 'a']) {
      gate.leave(key);
      await setImmediate();
    }
    assert.deepEqual(entered, ['a', 'b', 'c', 'a', 'a']);
    assert.deepEqual([gate.active, gate.waiting], [1, 0]);
  });

  test('a key that waits beyond its share does not stop another', async () => {
    const gate = createFairGate(4, 10);
    assert.equal(takeAll(gate, 'a'), 2);
    const entered = enterAll(gate, ['a', 'b']);
    await setImmediate();
    assert.deepEqual(entered, ['b']);
  });

  test('who arrives does not pass who waits for the same key', async () => {
    const gate = createFairGate(4, 10);
    assert.ok(gate.tryEnter('a', 3));
    const entered = enterAll(gate, ['a']);
    gate.leave('a', 2);
    await setImmediate();
    assert.deepEqual(entered, ['a']);
    void gate.enter('a', never, 3);
    assert.equal(gate.tryEnter('a'), false);
  });

  test('one key gets half of the queue', async () => {
    const gate = createFairGate(1, 4);
    assert.ok(gate.tryEnter('x'));
    void gate.enter('a', never);
    void gate.enter('a', never);
    assert.equal(await gate.enter('a', never), false);
    void gate.enter('b', never);
    assert.equal(gate.waiting, 3);
  });

  test('who gives up leaves the queue, and whoever waited behind it enters', async () => {
    const gate = createFairGate(4, 10);
    assert.ok(gate.tryEnter('a'));
    const patience = new AbortController();
    const large = gate.enter('b', patience.signal, 4);
    const entered = enterAll(gate, ['b']);
    await setImmediate();
    assert.deepEqual(entered, []);
    patience.abort();
    await assert.rejects(large, { name: 'AbortError' });
    await setImmediate();
    assert.deepEqual([entered, gate.active, gate.waiting], [['b'], 2, 0]);
    await assert.rejects(gate.enter('c', patience.signal), { name: 'AbortError' });
  });
});
