import { waitingCall, type WaitingCall } from './waiting-call.ts';

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
  readonly call: WaitingCall<true>;
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
      waiter.call.admit(true);
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
      const leave = (): void => {
        queue.delete(waiter);
        admit();
      };
      const waiter: Waiter = { size, call: waitingCall(signal, leave) };
      queue.add(waiter);
      return waiter.call.admitted;
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
