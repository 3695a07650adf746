import { createReviewReader, writeReview } from './admission-review.ts';
import { rejectRequest, reviewed, type HttpAnswer } from './http-answer.ts';
import { deadlineMs } from './deadline.ts';
import type { WebhookObserver } from './observer.ts';
import type { AdmissionRequest, Decision, Review, Skip, SkipReason } from './review.ts';
import type { Shedding } from './shedding.ts';

export interface HandlerOptions {
  readonly review: Review;
  readonly skip: Skip;
  readonly shedding: Shedding;
  readonly observer: WebhookObserver;
  /** Our own limit for a review, in ms: asked each time, as a reload may have changed it. */
  readonly deadlineMs: () => number;
}

/** Answers the body of `POST /validate?…`; `gone` aborts when nobody waits for the answer any more. */
export type Handler = (body: Buffer, query: URLSearchParams, gone: AbortSignal) => Promise<HttpAnswer>;

/** A handler that always answers in time, and with 500 where the review meets a bug. */
export function createHandler({ review, skip, shedding, observer, deadlineMs: ownMs }: HandlerOptions): Handler {
  const read = createReviewReader();

  function refuse(reason: string): HttpAnswer {
    observer.rejected(400, reason);
    return rejectRequest(400, reason);
  }

  return async (body, query, gone) => {
    const startedAt = performance.now();
    const reading = read(body);
    if (reading.kind === 'malformed') return refuse(reading.reason);
    const { apiVersion, request } = reading;

    function answer(decision: Decision, skipped?: SkipReason): HttpAnswer {
      observer.decided(request, decision, performance.now() - startedAt, skipped);
      return reviewed(writeReview(apiVersion, request, decision));
    }

    const leave = shedding.enter();
    if (leave === undefined) return answer(skip(request, 'overload'), 'overload');
    try {
      const decision = await decideInTime(review, request, deadlineMs(query, ownMs()), gone);
      if (decision !== 'late') return answer(decision);
      return gone.aborted ? refuse('the client has gone') : answer(skip(request, 'deadline'), 'deadline');
    } catch (cause) {
      observer.failed(cause, request);
      return rejectRequest(500, 'the review failed');
    } finally {
      leave();
    }
  };
}

/** Between the signal to decide and the answer without a decision, in ms: part of the margin of the deadline. */
const lateAnswerMs = 100;

/**
 * The review's decision; `late` where it has not decided shortly after its signal, be it that a bug keeps it from
 * listening: an answer in time is owed all the same.
 */
async function decideInTime(
  review: Review,
  request: AdmissionRequest,
  ms: number,
  gone: AbortSignal,
): Promise<Decision | 'late'> {
  const stop = new AbortController();
  const late = Promise.withResolvers<'late'>();
  let timer = setTimeout(atDeadline, ms);
  function atDeadline(): void {
    stop.abort();
    timer = setTimeout(late.resolve, lateAnswerMs, 'late');
  }
  function abort(): void {
    stop.abort();
  }
  gone.addEventListener('abort', abort);
  try {
    return await Promise.race([review(request, stop.signal), late.promise]);
  } catch (error) {
    if (stop.signal.aborted) return 'late';
    throw error;
  } finally {
    clearTimeout(timer);
    gone.removeEventListener('abort', abort);
  }
}
