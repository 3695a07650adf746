export interface SheddingOptions {
  /** Reviews at a time. */
  readonly maxInFlight: number;
  /** Of the event loop, in ms: beyond it, requests have waited unseen and their deadline is no longer known. */
  readonly maxLagMs: number;
  /** How late the event loop is, in ms. */
  readonly lagMs: () => number;
}

/**
 * Keeps a flood from becoming an outage: what cannot be reviewed well is answered at once as not checked, which costs
 * a fraction of a review. Refusing instead (429, 503) would only call the same requests back.
 */
export interface Shedding {
  /** Whether one more may be reviewed: what to call when it is done, or undefined. */
  enter(): (() => void) | undefined;
  readonly inFlight: number;
}

/** A count of what is in flight, beside the event loop's lag. */
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
