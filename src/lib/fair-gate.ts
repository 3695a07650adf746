/**
 * A semaphore whose places are shared by key, so that one key never takes the last ones. Work that needs more than
 * others takes several places: its `size`.
 */
export interface FairGate {
  /** Takes `size` places at once, if they are free and `key` may have them. Returns whether it did. */
  tryEnter(key: string, size?: number): boolean;
  /**
   * Waits for `size` places. Keys take turns; within a key, the order is that of arrival. False if the queue is full.
   * Throws the reason of `signal` if that aborts.
   */
  enter(key: string, signal: AbortSignal, size?: number): Promise<boolean>;
  /** Frees places. Call it once after each successful `enter` or `tryEnter`, with the same arguments. */
  leave(key: string, size?: number): void;
  /** The number of places in use. */
  readonly active: number;
  /** The length of the queue. */
  readonly waiting: number;
}

interface Waiter {
  readonly size: number;
  readonly admit: () => void;
}

/**
 * Returns a gate with `places` places and a queue of at most `maxWaiting`.
 *
 * A key that has places gets more only if it then has no more than it left free before: one busy key gets half of the
 * places, two get a third each, and so on. This is the dynamic threshold of shared packet buffers (Choudhury and Hahne,
 * IEEE/ACM Transactions on Networking 6(2), 1998). A key without places may take any that are free. The queue is shared
 * in the same way.
 */
export function createFairGate(places: number, maxWaiting: number): FairGate {
  const held = new Map<string, number>();
  /** The keys that wait, in the order of their turns. */
  const queues = new Map<string, Set<Waiter>>();
  let active = 0;
  let waiting = 0;

  function fits(key: string, size: number): boolean {
    const free = places - active;
    const own = held.get(key) ?? 0;
    return size <= free && (own === 0 || own + size <= free);
  }

  function take(key: string, size: number): void {
    active += size;
    held.set(key, (held.get(key) ?? 0) + size);
  }

  function dequeue(key: string, queue: Set<Waiter>, waiter: Waiter): void {
    waiting -= 1;
    queue.delete(waiter);
    if (queue.size === 0) queues.delete(key);
  }

  /** Admits the first waiter whose turn it is and whose places are free. Returns whether there was one. */
  function admitNext(): boolean {
    for (const [key, queue] of queues) {
      const [first] = queue;
      if (first === undefined || !fits(key, first.size)) continue;
      dequeue(key, queue, first);
      if (queue.size > 0) {
        queues.delete(key);
        queues.set(key, queue);
      }
      take(key, first.size);
      first.admit();
      return true;
    }
    return false;
  }

  function tryEnter(key: string, size = 1): boolean {
    // Who arrives does not pass who waits for the same key.
    if (queues.has(key) || !fits(key, size)) return false;
    take(key, size);
    return true;
  }

  return {
    tryEnter,
    async enter(key, signal, size = 1) {
      signal.throwIfAborted();
      if (tryEnter(key, size)) return true;
      const queue = queues.get(key) ?? new Set<Waiter>();
      if (queue.size >= maxWaiting - waiting) return false;
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      const waiter: Waiter = {
        size,
        admit() {
          signal.removeEventListener('abort', giveUp);
          resolve(true);
        },
      };
      function giveUp(): void {
        dequeue(key, queue, waiter);
        // Who waits behind a large one may fit into the places that it waited for.
        while (admitNext());
        reject(signal.reason as Error);
      }
      queues.set(key, queue.add(waiter));
      waiting += 1;
      signal.addEventListener('abort', giveUp, { once: true });
      return promise;
    },
    leave(key, size = 1) {
      active -= size;
      const left = (held.get(key) ?? 0) - size;
      if (left > 0) held.set(key, left);
      else held.delete(key);
      while (admitNext());
    },
    get active() {
      return active;
    },
    get waiting() {
      return waiting;
    },
  };
}
