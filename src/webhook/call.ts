import { deadlineMs } from './deadline.ts';
import type { EventLoopLag } from './event-loop-lag.ts';

/** One call of the webhook. Times are those of `performance.now()`. */
export interface Call {
  readonly startedAt: number;
  /** When the review must end, so that the API server gets the answer in time. */
  readonly deadlineAt: number;
  /** Aborts when the client closes the connection before the answer. */
  readonly gone: AbortSignal;
}

export interface CallOptions {
  /** Returns our own limit for a review, in ms. Called for each call because a reload may change it. */
  readonly deadlineMs: () => number;
  readonly lag: Pick<EventLoopLag, 'lagMs'>;
}

/** Describes a call that has arrived just now. `search` is the query of its URL. */
export type DescribeCall = (search: string, gone: AbortSignal) => Call;

/** Returns a function that describes calls. A call may have waited for the event loop already: for its lag at most. */
export function createCalls({ deadlineMs: ownMs, lag }: CallOptions): DescribeCall {
  // An API server sends the same query each time.
  let last = { search: '', query: new URLSearchParams() };
  return (search, gone) => {
    const startedAt = performance.now();
    if (search !== last.search) last = { search, query: new URLSearchParams(search) };
    const allowedMs = deadlineMs(last.query, ownMs());
    return { startedAt, deadlineAt: startedAt + allowedMs - lag.lagMs(), gone };
  };
}

/** Returns the time until the deadline, in whole ms, for timers. Never negative. */
export function leftMs({ deadlineAt }: Call): number {
  return Math.max(0, Math.ceil(deadlineAt - performance.now()));
}

/** Returns a signal that aborts at the deadline, or when the client is gone. */
export function endOf(call: Call): AbortSignal {
  return AbortSignal.any([call.gone, AbortSignal.timeout(leftMs(call))]);
}
