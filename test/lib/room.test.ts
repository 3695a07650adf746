import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createRoom } from '../../src/lib/room.ts';

const never = new AbortController().signal;

describe('a room', () => {
  test('has a capacity', () => {
    const room = createRoom(10, 0);
    assert.deepEqual([room.tryTake(11), room.tryTake(6), room.tryTake(5), room.tryTake(4)], [false, true, false, true]);
    assert.equal(room.taken, 10);
    room.give(6);
    assert.deepEqual([room.taken, room.tryTake(6)], [4, true]);
  });

  test('is given in the order of arrival: a small one does not pass a large one', async () => {
    const room = createRoom(10, 10);
    assert.ok(room.tryTake(6));
    const order: number[] = [];
    for (const size of [8, 1, 1]) void room.take(size, never).then(() => order.push(size));
    assert.equal(room.tryTake(1), false);
    room.give(6);
    await setImmediate();
    assert.deepEqual([order, room.taken], [[8, 1, 1], 10]);
  });

  test('has a limited queue', async () => {
    const room = createRoom(1, 1);
    assert.equal(await room.take(1, never), true);
    void room.take(1, never);
    assert.equal(await room.take(1, never), false);
  });

  test('lets the next one in when the first gives up', async () => {
    const room = createRoom(10, 10);
    assert.ok(room.tryTake(6));
    const patience = new AbortController();
    const large = room.take(10, patience.signal);
    const small = room.take(4, never);
    patience.abort();
    await assert.rejects(large, { name: 'AbortError' });
    assert.equal(await small, true);
    await assert.rejects(room.take(1, patience.signal), { name: 'AbortError' });
    assert.equal(room.taken, 10);
  });
});
