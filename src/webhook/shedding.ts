import { createFairGate } from '../lib/fair-gate.ts';
import { undefinedIfAborted } from '../lib/wait.ts';
import { endOf, leftMs, type Call } from './call.ts';
import type { EventLoopLag } from './event-loop-lag.ts';
import { objectsWeight, waitingBodies, waitingOverhead } from './memory.ts';

export interface SheddingOptions {
  /** Maximum number of reviews at the same time. */
  readonly maxInFlight: number;
  /** Maximum event-loop lag, in ms, of several measurements in a row. */
  readonly maxLagMs: number;
  readonly lag: Pick<EventLoopLag, 'sustainedMs'>;
}

/** What a review needs. Sizes are in bytes. */
export interface Work {
  /** The namespace that the review is for. Namespaces share the places. */
  readonly namespace: string;
  /** The memory for the parsed objects: see `shapeOf`. */
  readonly weight: number;
  /** The size of the body, which is kept while the review waits. */
  readonly size: number;
}

/**
 * Limits the load, so that too many requests do not stop the webhook. A request over the limit waits for its turn. If
 * that does not come before the deadline, it is answered as not checked, which costs much less than a review. With an
 * error such as 429 or 503, clients would repeat the request.
 */
export interface Shedding {
  /**
   * Starts a review, as soon as there is a place. Returns undefined if there is none before the deadline, if too many
   * wait, or if the event loop lags.
   */
  enter(work: Work, call: Call): Promise<Entry | undefined>;
  /** Number of reviews that are running. */
  readonly inFlight: number;
  /** Number of reviews that wait for a place. */
  readonly waiting: number;
}

/** A review that runs. */
export interface Entry {
  /** To call after the review. */
  leave(): void;
}

/**
 * Returns a `Shedding` that limits the number of running reviews, the memory for their objects, and the event-loop lag.
 * A place stands for its share of the memory, and a review of large objects takes several. A lag that lasts stops all
 * reviews.
 */
export function createShedding({ maxInFlight, maxLagMs, lag }: SheddingOptions): Shedding {
  const gate = createFairGate({ places: () => maxInFlight, maxWaiting: Infinity });
  const queue = createFairGate({ places: () => waitingBodies, maxWaiting: 0 });
  let inFlight = 0;

  /** Waits for places, and returns the function that frees them. Undefined if there are none before the deadline. */
  async function wait({ namespace, size }: Work, places: number, call: Call): Promise<(() => void) | undefined> {
    const leaveQueue = queue.tryEnter(namespace, size + waitingOverhead);
    if (leaveQueue === undefined) return undefined;
    const end = endOf(call);
    try {
      return await undefinedIfAborted(gate.enter(namespace, end, places), end);
    } finally {
      leaveQueue();
    }
  }

  return {
    async enter(work, call) {
      if (lag.sustainedMs() > maxLagMs || leftMs(call) === 0) return undefined;
      const { namespace, weight } = work;
      const places = Math.max(1, Math.ceil((weight / objectsWeight) * maxInFlight));
      const leave = gate.tryEnter(namespace, places) ?? (await wait(work, places, call));
      if (leave === undefined) return undefined;
      inFlight += 1;
      return {
        leave() {
          inFlight -= 1;
          leave();
        },
      };
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return gate.waiting;
    },
  };
}
