import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createHandler, type HandlerOptions } from '../../src/webhook/handler.ts';
import type { AdmissionRequest, Review } from '../../src/webhook/review.ts';
import { createShedding } from '../../src/webhook/shedding.ts';
import { allowed, listen, notChecked, reviewText } from './stand.ts';

const query = new URLSearchParams('timeout=10s');

function handlerOf(review: Review, options: Partial<HandlerOptions> = {}) {
  const { observer, heard } = listen();
  const shedding = createShedding({ maxInFlight: 1, maxLagMs: 500, lagMs: () => 0 });
  const handler = createHandler({ review, skip: notChecked, shedding, observer, deadlineMs: () => 10_000, ...options });
  async function answer(body = reviewText(), signal = new AbortController().signal, asked = query) {
    const { status, body: text } = await handler(Buffer.from(body), asked, signal);
    return { status, response: status === 200 ? JSON.parse(text).response : text };
  }
  return { answer, heard, shedding };
}

/** A review that listens to its signal and says so, or (deaf) never comes back. */
async function untilAborted(_request: AdmissionRequest, signal: AbortSignal) {
  await once(signal, 'abort');
  return { ...allowed, warnings: ['stopped in time'] };
}

function deaf(): Promise<never> {
  return new Promise(() => undefined);
}

test('answers with the decision of the review', async () => {
  const { answer, heard } = handlerOf(() => Promise.resolve({ ...allowed, allowed: false, code: 403, message: 'no' }));
  assert.deepEqual(await answer(), {
    status: 200,
    response: { uid: 'u1', allowed: false, status: { code: 403, reason: 'Forbidden', message: 'no' } },
  });
  assert.deepEqual(heard, ['decided u1 reviewed']);
});

test('F11: tells the review of a dry run', async () => {
  const seen: unknown[] = [];
  const { answer } = handlerOf((request) => {
    seen.push(request.dryRun);
    return Promise.resolve(allowed);
  });
  await answer(reviewText({ dryRun: true }));
  assert.deepEqual(seen, [true]);
});

test('F9: stops the review in time and answers with what it knows', async () => {
  const { answer } = handlerOf(untilAborted);
  const startedAt = performance.now();
  const { response } = await answer(reviewText(), undefined, new URLSearchParams('timeout=300ms'));
  assert.deepEqual(response.warnings, ['stopped in time']);
  assert.ok(performance.now() - startedAt < 300);
});

test('answers in time although the review does not listen, and lets the next one in', async () => {
  const { answer, heard, shedding } = handlerOf(deaf);
  const { response } = await answer(reviewText(), undefined, new URLSearchParams('timeout=260ms'));
  assert.deepEqual(response.warnings, ['not checked: deadline']);
  assert.deepEqual(heard, ['decided u1 deadline']);
  assert.equal(shedding.inFlight, 0);
});

test('a review that the deadline interrupted is late, not a bug', async () => {
  const { answer } = handlerOf(async (_request, signal) => {
    await once(signal, 'abort');
    throw signal.reason;
  });
  const { response } = await answer(reviewText(), undefined, new URLSearchParams('timeout=260ms'));
  assert.deepEqual(response.warnings, ['not checked: deadline']);
});

test('F6: stops the review when the client has gone', async () => {
  const { answer, heard } = handlerOf(async (_request, signal) => {
    await once(signal, 'abort');
    throw signal.reason;
  });
  const gone = new AbortController();
  const answered = answer(reviewText(), gone.signal);
  gone.abort();
  assert.equal((await answered).status, 400);
  assert.deepEqual(heard, ['refused 400 the client has gone']);
});

const bugs: readonly { readonly it: string; readonly review: Review }[] = [
  {
    it: 'a bug is a 500 with its cause told, so that failurePolicy decides',
    review: () => Promise.reject(new Error('bug')),
  },
  {
    it: 'a bug before the first await is the same',
    review: () => {
      throw new Error('bug');
    },
  },
];

for (const { it, review } of bugs) {
  test(it, async () => {
    const { answer, heard, shedding } = handlerOf(review);
    const { status, response } = await answer();
    assert.equal(status, 500);
    assert.doesNotMatch(response, /bug/);
    assert.deepEqual(heard, ['failed bug']);
    assert.equal(shedding.inFlight, 0);
  });
}

test('answers what is over the cap at once, without a review', async () => {
  const { answer, heard } = handlerOf(untilAborted);
  const gone = new AbortController();
  const first = answer(reviewText({ uid: 'first' }), gone.signal);
  const { status, response } = await answer(reviewText({ uid: 'second' }));
  assert.equal(status, 200);
  assert.deepEqual(response, { uid: 'second', allowed: true, warnings: ['not checked: overload'] });
  gone.abort();
  await first;
  assert.deepEqual(heard[0], 'decided second overload');
});

test('F75: answers without a review while the event loop is late', async () => {
  let lag = 2_000;
  const shedding = createShedding({ maxInFlight: 1, maxLagMs: 500, lagMs: () => lag });
  const { answer } = handlerOf(() => Promise.resolve(allowed), { shedding });
  assert.deepEqual((await answer()).response.warnings, ['not checked: overload']);
  lag = 0;
  assert.equal((await answer()).response.warnings, undefined);
});
