import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Call } from '../../src/webhook/call.ts';
import { objectsWeight, waitingBodies } from '../../src/webhook/memory.ts';
import { createShedding, type Entry, type Shedding } from '../../src/webhook/shedding.ts';
import { constantLag } from './test-server.ts';

/** A call that ends in `ms` milliseconds. */
function callOf(ms = 60_000, gone = new AbortController().signal): Call {
  const startedAt = performance.now();
  return { startedAt, deadlineAt: startedAt + ms, gone };
}

const work = { namespace: 'team', weight: 1_000, size: 1_000 };
const neighbour = { ...work, namespace: 'neighbour' };

function sheddingOf(maxInFlight: number): Shedding {
  return createShedding({ maxInFlight, maxLagMs: 500, lag: constantLag(0) });
}

/** Starts reviews and returns those that started at once. */
async function startAll(shedding: Shedding, count: number, each = work): Promise<readonly Entry[]> {
  const started: Entry[] = [];
  for (let index = 0; index < count; index += 1) {
    void shedding.enter(each, callOf()).then((entry) => entry && started.push(entry));
  }
  await setImmediate();
  return started;
}

describe('shedding', () => {
  test('leaves a quarter of the places to others, however many reviews of one namespace wait', async () => {
    const shedding = sheddingOf(256);
    assert.equal((await startAll(shedding, 1_000)).length, 192);
    assert.deepEqual([shedding.inFlight, shedding.waiting], [192, 808]);
    assert.equal((await startAll(shedding, 20, neighbour)).length, 20);
  });

  test('starts a review that waits when another ends', async () => {
    const shedding = sheddingOf(1);
    const [first] = await startAll(shedding, 1);
    const second = shedding.enter(neighbour, callOf());
    first?.leave();
    (await second)?.leave();
    assert.equal(shedding.inFlight, 0);
  });

  test('ends the wait at the deadline, or when the client is gone', async () => {
    const shedding = sheddingOf(1);
    await startAll(shedding, 1);
    const client = new AbortController();
    const waits = [shedding.enter(work, callOf(20)), shedding.enter(work, callOf(60_000, client.signal))];
    client.abort();
    assert.deepEqual(await Promise.all(waits), [undefined, undefined]);
    assert.equal(shedding.waiting, 0);
  });

  test('a review of large objects takes several places', async () => {
    const shedding = sheddingOf(256);
    const large = { ...work, weight: objectsWeight / 4 };
    assert.equal((await startAll(shedding, 4, large)).length, 3);
    assert.equal((await startAll(shedding, 200, neighbour)).length, 48);
  });

  test('the bodies that wait have a limit, which namespaces share', async () => {
    const shedding = sheddingOf(1);
    await startAll(shedding, 1);
    const large = { ...work, size: waitingBodies / 4 };
    void shedding.enter(large, callOf());
    assert.equal(
      await Promise.race([shedding.enter({ ...large, size: waitingBodies }, callOf()), setImmediate('waits')]),
      undefined,
    );
    void shedding.enter({ ...large, namespace: 'neighbour' }, callOf());
    await setImmediate();
    assert.equal(shedding.waiting, 2);
  });
});
