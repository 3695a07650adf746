/** A semaphore whose `enter` can be aborted. */
export interface Gate {
  /** Waits for a place, in order of arrival. False if the queue is full. Throws if `signal` aborts. */
  enter(signal: AbortSignal): Promise<boolean>;
  /** Frees a place. Call it once after each successful `enter`. */
  leave(): void;
  /** The number of places in use. */
  readonly active: number;
  /** The length of the queue. */
  readonly waiting: number;
}

/**
 * Returns a gate with `places` places and a queue of at most `maxWaiting`. It is own code because the queue of p-limit
 * does not support AbortSignal.
 */
export function createGate(places: number, maxWaiting: number): Gate {
  const queue = new Set<() => void>();
  let active = 0;

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (active < places) {
        active += 1;
        return true;
      }
      if (queue.size >= maxWaiting) return false;
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      const admit = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        queue.delete(admit);
        reject(signal.reason);
      };
      queue.add(admit);
      signal.addEventListener('abort', giveUp, { once: true });
      return promise;
    },
    leave() {
      const [next] = queue;
      if (next === undefined) {
        active -= 1;
        return;
      }
      // The first in the queue gets the place directly, so that a new caller cannot take it first.
      queue.delete(next);
      next();
    },
    get active() {
      return active;
    },
    get waiting() {
      return queue.size;
    },
  };
}
