export interface SheddingOptions {
  /** Maximum number of reviews at the same time. */
  readonly maxInFlight: number;
  /** Maximum event-loop lag, in ms. With more lag, requests have waited for an unknown part of their deadline. */
  readonly maxLagMs: number;
  /** Returns the current event-loop lag, in ms. */
  readonly lagMs: () => number;
}

/**
 * Limits the load, so that too many requests do not stop the webhook. A request over the limit is answered immediately
 * as not checked, which costs much less than a review. With an error such as 429 or 503, clients would repeat the
 * request.
 */
export interface Shedding {
  /** Starts a review. Returns a function to call after the review, or undefined if the limit is reached. */
  enter(): (() => void) | undefined;
  /** Number of reviews that are running. */
  readonly inFlight: number;
}

/** Returns a `Shedding` that limits the number of running reviews and the event-loop lag. */
export function createShedding({ maxInFlight, maxLagMs, lagMs }: SheddingOptions): Shedding {
  let inFlight = 0;
  function leave(): void {
    inFlight -= 1;
  }
  return {
    enter() {
      if (inFlight >= maxInFlight || lagMs() > maxLagMs) return undefined;
      inFlight += 1;
      return leave;
    },
    get inFlight() {
      return inFlight;
    },
  };
}
