/** A semaphore whose waiters may give up. */
export interface Gate {
  /** Waits for a place, first come, first served. False: too many wait already. Throws where `signal` aborts. */
  enter(signal: AbortSignal): Promise<boolean>;
  /** Gives back the place that `enter` gave. */
  leave(): void;
  readonly active: number;
  readonly waiting: number;
}

/** At most `places` at a time, and at most `maxWaiting` in queue. Own code: p-limit's queue knows no AbortSignal. */
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
      // The place is handed on, not freed: nobody who comes now can slip in before the first in queue.
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
