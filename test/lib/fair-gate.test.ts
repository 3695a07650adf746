import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { createFairGate, type FairGate } from '../../src/lib/fair-gate.ts';
import { settle } from '../support/fake-clock.ts';

const patient = new AbortController().signal;

/** Enters for each of these owners, in order. The lists have the owners that got in, and how to leave. */
function crowd(gate: FairGate, owners: readonly string[]) {
  const entered: string[] = [];
  const leaves: (() => void)[] = [];

  async function enter(owner: string): Promise<void> {
    const leave = await gate.enter(owner, patient);
    if (leave === undefined) return;
    entered.push(owner);
    leaves.push(leave);
  }

  for (const owner of owners) void enter(owner);
  return { entered, leaves };
}

const many = (owner: string, count: number): readonly string[] => Array.from({ length: count }, () => owner);

const cases: readonly (readonly [name: string, places: number, owners: readonly string[], entered: string])[] = [
  ['one owner gets three quarters of the places', 8, many('a', 9), 'aaaaaa'],
  ['the last quarter is for owners without a place, one each', 8, [...many('a', 9), 'b', 'b', 'c', 'd'], 'aaaaaabc'],
  [
    'the second owner gets three quarters of the rest',
    16,
    [...many('a', 16), ...many('b', 16)],
    `${'a'.repeat(12)}bbb`,
  ],
  ['a single place is for everybody', 1, ['a', 'b'], 'a'],
];

describe('createFairGate', () => {
  for (const [name, places, owners, expected] of cases) {
    test(name, async () => {
      const { entered } = crowd(createFairGate({ places: () => places, maxWaiting: 100 }), owners);
      await settle();
      assert.equal(entered.join(''), expected);
    });
  }

  test('gives a free place to the owner with the fewest, and to equals in turn', async () => {
    const gate = createFairGate({ places: () => 2, maxWaiting: 100 });
    const { entered, leaves } = crowd(gate, ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'c']);
    for (let index = 0; index < 8; index += 1) {
      await settle();
      leaves[index]?.();
    }
    await settle();
    assert.equal(entered.join(''), 'ababcaaa');
    assert.deepEqual([gate.held, gate.waiting], [0, 0]);
  });

  test('has a queue for each owner', async () => {
    const gate = createFairGate({ places: () => 1, maxWaiting: 1 });
    const { leaves } = crowd(gate, ['a', 'a', 'b']);
    assert.equal(await gate.enter('a', patient), undefined);
    assert.equal(gate.waiting, 2);
    for (const index of [0, 1, 2]) {
      await settle();
      leaves[index]?.();
    }
    assert.equal(gate.held, 0);
  });

  test('lets a small call enter when the large one before it leaves the queue', async () => {
    const gate = createFairGate({ places: () => 8, maxWaiting: 10 });
    await gate.enter('a', patient, 4);
    const leaving = new AbortController();
    const large = assert.rejects(gate.enter('a', leaving.signal, 4), /gone/);
    const small = gate.enter('a', patient, 2);
    leaving.abort(new Error('gone'));
    await large;
    assert.notEqual(await small, undefined);
    assert.deepEqual([gate.held, gate.waiting], [6, 0]);
  });

  test('does not let a call pass those that wait for the same owner', async () => {
    const gate = createFairGate({ places: () => 4, maxWaiting: 10 });
    assert.notEqual(gate.tryEnter('a', 3), undefined);
    void gate.enter('a', patient, 3);
    assert.equal(gate.tryEnter('a'), undefined);
    assert.notEqual(gate.tryEnter('b'), undefined);
  });

  test('frees the places of a call once', async () => {
    const gate = createFairGate({ places: () => 4, maxWaiting: 1 });
    const leave = await gate.enter('a', patient, 2);
    leave?.();
    leave?.();
    assert.equal(gate.held, 0);
  });

  test('never has more calls than places, and lets everybody in', async () => {
    const call = fc.record({ owner: fc.constantFrom('a', 'b', 'c'), size: fc.integer({ min: 1, max: 5 }) });
    const property = fc.asyncProperty(fc.array(call, { maxLength: 40 }), async (calls) => {
      const gate = createFairGate({ places: () => 7, maxWaiting: 100 });
      let inside = 0;
      await Promise.all(
        calls.map(async ({ owner, size }) => {
          const leave = await gate.enter(owner, patient, size);
          inside += size;
          assert.ok(inside <= 7);
          await Promise.resolve();
          inside -= size;
          leave?.();
        }),
      );
      assert.deepEqual([gate.held, gate.waiting], [0, 0]);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
