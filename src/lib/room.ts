/** A limited amount of something, such as memory. Work takes the amount that it needs, or waits for it. */
export interface Room {
  /** Takes `size` at once, if that much is free and nobody waits. Returns whether it did. */
  tryTake(size: number): boolean;
  /**
   * Waits until `size` is free, in the order of arrival, and takes it. False if too many wait already. Throws the reason
   * of `signal` if that aborts.
   */
  take(size: number, signal: AbortSignal): Promise<boolean>;
  /** Gives `size` back. */
  give(size: number): void;
  /** How much is taken. */
  readonly taken: number;
}

interface Waiter {
  readonly size: number;
  readonly admit: () => void;
}

/** Returns a room of `capacity`, for which at most `maxWaiting` wait. Who asks for more than all of it waits forever. */
export function createRoom(capacity: number, maxWaiting: number): Room {
  const queue = new Set<Waiter>();
  let taken = 0;

  function admit(): void {
    for (const waiter of queue) {
      if (taken + waiter.size > capacity) return;
      queue.delete(waiter);
      taken += waiter.size;
      waiter.admit();
    }
  }

  function tryTake(size: number): boolean {
    if (queue.size > 0 || taken + size > capacity) return false;
    taken += size;
    return true;
  }

  return {
    tryTake,
    async take(size, signal) {
      signal.throwIfAborted();
      if (tryTake(size)) return true;
      if (queue.size >= maxWaiting) return false;
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      const waiter: Waiter = {
        size,
        admit() {
          signal.removeEventListener('abort', giveUp);
          resolve(true);
        },
      };
      function giveUp(): void {
        queue.delete(waiter);
        admit();
        reject(signal.reason as Error);
      }
      queue.add(waiter);
      signal.addEventListener('abort', giveUp, { once: true });
      return promise;
    },
    give(size) {
      taken -= size;
      admit();
    },
    get taken() {
      return taken;
    },
  };
}
