import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createCalls } from '../../src/webhook/call.ts';
import { createHandler, type HandlerOptions } from '../../src/webhook/handler.ts';
import type { AdmissionRequest, Review } from '../../src/webhook/review.ts';
import { createShedding } from '../../src/webhook/shedding.ts';
import { allowed, constantLag, notChecked, recordEvents, reviewText } from './test-server.ts';

function handlerOf(review: Review, options: Partial<HandlerOptions> = {}) {
  const { observer, events } = recordEvents();
  const shedding = createShedding({ maxInFlight: 1, maxLagMs: 500, lag: constantLag(0) });
  const handler = createHandler({ review, skip: notChecked, shedding, observer, ...options });
  async function answer(body = reviewText(), signal = new AbortController().signal, query = 'timeout=10s', lagMs = 0) {
    const describeCall = createCalls({ deadlineMs: () => 10_000, lag: { lagMs: () => lagMs } });
    const bytes = Buffer.from(body);
    const { status, body: text } = await handler({ bytes, drop: () => undefined }, describeCall(query, signal));
    return { status, response: status === 200 ? JSON.parse(text).response : text };
  }
  return { answer, events, shedding };
}

/** A review that decides when its signal aborts. */
async function untilAborted(_request: AdmissionRequest, signal: AbortSignal) {
  await once(signal, 'abort');
  return { ...allowed, warnings: ['stopped in time'] };
}

/** A review that ignores its signal and never decides. */
function ignoresSignal(): Promise<never> {
  return new Promise(() => undefined);
}

const bugs: readonly { readonly it: string; readonly review: Review }[] = [
  {
    it: 'answers 500 for a bug and reports its cause, so that the failurePolicy decides',
    review: () => Promise.reject(new Error('bug')),
  },
  {
    it: 'answers 500 for a bug before the first await too',
    review: () => {
      throw new Error('bug');
    },
  },
];

const lags = [
  {
    it: 'reviews a request after one late tick',
    lag: { lagMs: () => 2_000, sustainedMs: () => 0 },
    timeout: '10s',
    reviewed: true,
  },
  {
    it: 'answers without a review if the lag is longer than the deadline',
    lag: { lagMs: () => 2_000, sustainedMs: () => 0 },
    timeout: '2s',
    reviewed: false,
  },
  { it: 'answers without a review while the lag lasts', lag: constantLag(501), timeout: '10s', reviewed: false },
  { it: 'reviews a request while the lag is at its limit', lag: constantLag(500), timeout: '10s', reviewed: true },
];

const unparsed = [
  {
    it: 'a body that is nested deeper than Go writes',
    body: reviewText({ object: 'DEEP' }).replace('"DEEP"', deep(10_001)),
    reason: 'the body is nested more than 10002 levels deep',
  },
  {
    it: 'a body of more objects than there is memory for',
    body: reviewText({ object: 'WIDE' }).replace('"WIDE"', `[${'{},'.repeat(300_000)}1]`),
    reason: 'the body would need more than 20971520 bytes of memory',
  },
] as const;

/** JSON with `depth` nested objects. */
function deep(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

describe('the handler', () => {
  test('answers with the decision of the review', async () => {
    const { answer, events } = handlerOf(() =>
      Promise.resolve({ ...allowed, allowed: false, code: 403, message: 'no' }),
    );
    assert.deepEqual(await answer(), {
      status: 200,
      response: { uid: 'u1', allowed: false, status: { code: 403, reason: 'Forbidden', message: 'no' } },
    });
    assert.deepEqual(events, ['decided u1 reviewed']);
  });

  test('F11: passes the dryRun field to the review', async () => {
    const seen: unknown[] = [];
    const { answer } = handlerOf((request) => {
      seen.push(request.dryRun);
      return Promise.resolve(allowed);
    });
    await answer(reviewText({ dryRun: true }));
    assert.deepEqual(seen, [true]);
  });

  test('F9: aborts the review before the deadline and answers with its decision', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { answer } = handlerOf(untilAborted);
    const answering = answer(reviewText(), undefined, 'timeout=300ms');
    await setImmediate();
    t.mock.timers.tick(50);
    assert.deepEqual((await answering).response.warnings, ['stopped in time']);
  });

  test('answers before the deadline if the review ignores its signal, and accepts the next request', async () => {
    const { answer, events, shedding } = handlerOf(ignoresSignal);
    const { response } = await answer(reviewText(), undefined, 'timeout=500ms');
    assert.deepEqual(response.warnings, ['not checked: deadline']);
    assert.deepEqual(events, ['decided u1 deadline']);
    assert.equal(shedding.inFlight, 0);
  });

  test('treats an exception after the deadline as a late review, not as a bug', async () => {
    const { answer } = handlerOf(async (_request, signal) => {
      await once(signal, 'abort');
      throw signal.reason;
    });
    const { response } = await answer(reviewText(), undefined, 'timeout=500ms');
    assert.deepEqual(response.warnings, ['not checked: deadline']);
  });

  test('F6: aborts the review when the client closes the connection', async () => {
    const { answer, events } = handlerOf(async (_request, signal) => {
      await once(signal, 'abort');
      throw signal.reason;
    });
    const gone = new AbortController();
    const answered = answer(reviewText(), gone.signal);
    gone.abort();
    assert.equal((await answered).status, 400);
    assert.deepEqual(events, ['rejected 400 the client closed the connection']);
  });

  for (const { it, review } of bugs) {
    test(it, async () => {
      const { answer, events, shedding } = handlerOf(review);
      const { status, response } = await answer();
      assert.equal(status, 500);
      assert.doesNotMatch(response, /bug/);
      assert.deepEqual(events, ['failed bug']);
      assert.equal(shedding.inFlight, 0);
    });
  }

  test('answers a request over the limit without a review at its deadline', async () => {
    const { answer, events } = handlerOf(untilAborted);
    const gone = new AbortController();
    const first = answer(reviewText({ uid: 'first' }), gone.signal);
    const { status, response } = await answer(reviewText({ uid: 'second' }), undefined, 'timeout=500ms');
    assert.equal(status, 200);
    assert.deepEqual(response, { uid: 'second', allowed: true, warnings: ['not checked: overload'] });
    gone.abort();
    await first;
    assert.deepEqual(events[0], 'decided second overload');
  });

  test('reviews a request over the limit as soon as there is a place', async () => {
    const places = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const uids: string[] = [];
    const { answer, events } = handlerOf(async ({ uid }) => {
      await places[uids.push(uid) - 1]?.promise;
      return allowed;
    });
    const answers = ['first', 'second'].map((uid) => answer(reviewText({ uid })));
    await setImmediate();
    assert.deepEqual(uids, ['first']);
    for (const { resolve } of places) resolve();
    await Promise.all(answers);
    assert.deepEqual(events, ['decided first reviewed', 'decided second reviewed']);
  });

  for (const { it, body, reason } of unparsed) {
    test(`does not parse ${it}`, async () => {
      const { answer, events } = handlerOf(() => Promise.resolve(allowed));
      assert.deepEqual(await answer(body), { status: 413, response: `${reason}\n` });
      assert.deepEqual(events, [`rejected 413 ${reason}`]);
    });
  }

  for (const { it, lag, timeout, reviewed } of lags) {
    test(`F75: ${it}`, async () => {
      const shedding = createShedding({ maxInFlight: 1, maxLagMs: 500, lag });
      const { answer, events } = handlerOf(() => Promise.resolve(allowed), { shedding });
      await answer(reviewText(), undefined, `timeout=${timeout}`, lag.lagMs());
      assert.deepEqual(events, [reviewed ? 'decided u1 reviewed' : 'decided u1 overload']);
    });
  }

  test('F75: subtracts the wait for the event loop from the deadline of the review', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { answer, events } = handlerOf(untilAborted);
    const answering = answer(undefined, undefined, undefined, 8_990);
    await setImmediate();
    t.mock.timers.tick(10);
    assert.deepEqual((await answering).response.warnings, ['stopped in time']);
    assert.deepEqual(events, ['decided u1 reviewed']);
  });
});
