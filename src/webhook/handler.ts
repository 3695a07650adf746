import { createReviewReader, writeReview } from './admission-review.ts';
import { answerReview, rejectRequest, type HttpAnswer } from './http-answer.ts';
import { deadlineMs } from './deadline.ts';
import type { WebhookObserver } from './observer.ts';
import type { AdmissionRequest, Decision, Review, Skip, SkipReason } from './review.ts';
import type { Shedding } from './shedding.ts';

export interface HandlerOptions {
  readonly review: Review;
  readonly skip: Skip;
  readonly shedding: Shedding;
  readonly observer: WebhookObserver;
  /** Returns our own limit for a review, in ms. Called for each request because a reload may change it. */
  readonly deadlineMs: () => number;
}

/** Answers the body of a request for a review. `gone` aborts when the client closes the connection before the answer. */
export type Handler = (body: Buffer, query: URLSearchParams, gone: AbortSignal) => Promise<HttpAnswer>;

/** Returns a handler that always answers before the deadline. The answer is 500 if the review throws (a bug). */
export function createHandler({ review, skip, shedding, observer, deadlineMs: ownMs }: HandlerOptions): Handler {
  const read = createReviewReader();

  function reject(reason: string): HttpAnswer {
    observer.rejected(400, reason);
    return rejectRequest(400, reason);
  }

  return async (body, query, gone) => {
    const startedAt = performance.now();
    const parsed = read(body);
    if (parsed.kind === 'malformed') return reject(parsed.reason);
    const { apiVersion, request } = parsed;

    function answer(decision: Decision, skipped?: SkipReason): HttpAnswer {
      observer.decided(request, decision, performance.now() - startedAt, skipped);
      return answerReview(writeReview(apiVersion, request, decision));
    }

    const entry = shedding.enter(deadlineMs(query, ownMs()));
    if (entry === undefined) return answer(skip(request, 'overload'), 'overload');
    try {
      const decision = await decideInTime(review, request, entry.leftMs, gone);
      if (decision !== 'late') return answer(decision);
      return gone.aborted ? reject('the client closed the connection') : answer(skip(request, 'deadline'), 'deadline');
    } catch (cause) {
      observer.failed(cause, request);
      return rejectRequest(500, 'the review failed');
    } finally {
      entry.leave();
    }
  };
}

/** Time between aborting the review and answering without its decision, in ms. The margin in `deadlineMs` covers it. */
const lateAnswerMs = 100;

/**
 * Returns the decision of the review. Returns `late` if there is none within `lateAnswerMs` after the deadline `ms`,
 * even if the review ignores its signal because of a bug. Throws if the review throws before its signal aborts.
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
