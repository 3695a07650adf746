import { createReviewReader, writeReview } from './admission-review.ts';
import type { Body } from './body.ts';
import { leftMs, type Call } from './call.ts';
import { answerReview, rejectRequest, type HttpAnswer } from './http-answer.ts';
import { shapeOf, type JsonShape } from './json-shape.ts';
import { maxDepth, reviewWeight } from './memory.ts';
import type { WebhookObserver } from './observer.ts';
import type { AdmissionRequest, Decision, Review, Skip, SkipReason } from './review.ts';
import type { Shedding } from './shedding.ts';

export interface HandlerOptions {
  readonly review: Review;
  readonly skip: Skip;
  readonly shedding: Shedding;
  readonly observer: WebhookObserver;
}

/** Answers the body of a request for a review. */
export type Handler = (body: Body, call: Call) => Promise<HttpAnswer>;

/** Returns a handler that always answers before the deadline. The answer is 500 if the review throws (a bug). */
export function createHandler({ review, skip, shedding, observer }: HandlerOptions): Handler {
  const read = createReviewReader();

  function reject(status: 400 | 413, reason: string): HttpAnswer {
    observer.rejected(status, reason);
    return rejectRequest(status, reason);
  }

  async function decide(body: Body, call: Call, mayRun: boolean): Promise<HttpAnswer> {
    const parsed = read(body.bytes);
    body.drop();
    if (parsed.kind === 'malformed') return reject(400, parsed.reason);
    const { apiVersion, request } = parsed;

    function answer(decision: Decision, skipped?: SkipReason): HttpAnswer {
      observer.decided(request, decision, performance.now() - call.startedAt, skipped);
      return answerReview(writeReview(apiVersion, request, decision));
    }

    if (!mayRun) return answer(skip(request, 'overload'), 'overload');
    try {
      const decision = await decideInTime(review, request, leftMs(call), call.gone);
      if (decision !== 'late') return answer(decision);
      return call.gone.aborted ? reject(400, clientGone) : answer(skip(request, 'deadline'), 'deadline');
    } catch (cause) {
      observer.failed(cause, request);
      return rejectRequest(500, 'the review failed');
    }
  }

  return async (body, call) => {
    const shape = shapeOf(body.bytes);
    const problem = problemOf(shape);
    if (problem !== undefined) return reject(413, problem);
    const entry = await shedding.enter({ ...shape, size: body.bytes.length }, call);
    try {
      return call.gone.aborted ? reject(400, clientGone) : await decide(body, call, entry !== undefined);
    } finally {
      entry?.leave();
    }
  };
}

const clientGone = 'the client closed the connection';

/** Returns why a body must not be parsed. Undefined if it may be. */
function problemOf({ depth, weight }: JsonShape): string | undefined {
  if (depth > maxDepth) return `the body is nested more than ${maxDepth} levels deep`;
  return weight > reviewWeight ? `the body would need more than ${reviewWeight} bytes of memory` : undefined;
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
