import type { EventLoopLag } from './event-loop-lag.ts';

export interface SheddingOptions {
  /** Maximum number of reviews at the same time. */
  readonly maxInFlight: number;
  /** Maximum event-loop lag, in ms, of several measurements in a row. */
  readonly maxLagMs: number;
  readonly lag: Pick<EventLoopLag, 'lagMs' | 'sustainedMs'>;
}

/**
 * Limits the load, so that too many requests do not stop the webhook. A request over the limit is answered immediately
 * as not checked, which costs much less than a review. With an error such as 429 or 503, clients would repeat the
 * request.
 */
export interface Shedding {
  /**
   * Starts a review that must end within `deadlineMs`. Returns undefined if a limit is reached, or if the request may
   * have waited for the event loop for all of that time.
   */
  enter(deadlineMs: number): Entry | undefined;
  /** Number of reviews that are running. */
  readonly inFlight: number;
}

/** A review that runs. */
export interface Entry {
  /** The time that is left for the review, in ms: its deadline without the wait for the event loop. */
  readonly leftMs: number;
  /** To call after the review. */
  leave(): void;
}

/**
 * Returns a `Shedding` that limits the number of running reviews and the event-loop lag. One late measurement stops only
 * reviews that cannot end in time. A lag that lasts stops all of them.
 */
export function createShedding({ maxInFlight, maxLagMs, lag }: SheddingOptions): Shedding {
  let inFlight = 0;
  function leave(): void {
    inFlight -= 1;
  }
  return {
    enter(deadlineMs) {
      const waitedMs = lag.lagMs();
      if (inFlight >= maxInFlight || lag.sustainedMs() > maxLagMs || waitedMs > deadlineMs) return undefined;
      inFlight += 1;
      return { leftMs: deadlineMs - waitedMs, leave };
    },
    get inFlight() {
      return inFlight;
    },
  };
}
