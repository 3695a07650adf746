import { waitingCall, type WaitingCall } from './waiting-call.ts';

/** Places that several owners share. */
export interface FairGate {
  /** Takes places at once and returns the function that frees them. Undefined if that would mean to wait. */
  tryEnter(owner: string, size?: number): (() => void) | undefined;
  /**
   * Waits for places for `owner` and returns the function that frees them. Undefined if too many calls of `owner` wait
   * already. Throws the reason of `signal` if that aborts. `size` is the number of places, 1 by default, and at most
   * all.
   */
  enter(owner: string, signal: AbortSignal, size?: number): Promise<(() => void) | undefined>;
  /** The number of places in use. */
  readonly held: number;
  /** The number of calls that wait, of all owners. */
  readonly waiting: number;
}

export interface FairGateOptions {
  /** The number of places, now. If it becomes less than what is in use, nobody enters until that is free again. */
  readonly places: () => number;
  /** The maximum number of waiting calls of one owner. */
  readonly maxWaiting: number;
}

interface Waiter {
  readonly size: number;
  readonly call: WaitingCall<() => void>;
}

interface Owner {
  held: number;
  readonly queue: Set<Waiter>;
}

/** How many places an owner may hold for each place that is free. */
const share = 3;

/**
 * Returns a gate that no owner can occupy alone: an owner that holds places gets more only if it then holds at most
 * `share` times as many as were free before. One busy owner gets three quarters of the places, and the next one three
 * quarters of the rest. This is the dynamic threshold of shared packet buffers (Choudhury and Hahne, IEEE/ACM
 * Transactions on Networking 6(2), 1998). An owner that holds none may take any that are free, and only such an owner
 * may take the last one.
 *
 * A place that becomes free goes to the waiting owner that holds the fewest. Of equals, the owner whose last turn or
 * arrival was the longest ago comes first. Calls of one owner enter in the order of arrival.
 */
export function createFairGate({ places, maxWaiting }: FairGateOptions): FairGate {
  /** Owners that hold places or wait, in the order of their last turn or arrival. */
  const owners = new Map<string, Owner>();
  let held = 0;
  let waiting = 0;

  function fits({ held: own }: Owner, size: number): boolean {
    const free = places() - held;
    return own === 0 ? size <= free : size < free && own + size <= share * free;
  }

  function take(name: string, owner: Owner, size: number): () => void {
    owner.held += size;
    held += size;
    owners.delete(name);
    owners.set(name, owner);
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      owner.held -= size;
      held -= size;
      admitNext();
      forgetIfIdle(name, owner);
    };
  }

  function forgetIfIdle(name: string, owner: Owner): void {
    if (owner.held === 0 && owner.queue.size === 0) owners.delete(name);
  }

  /** Gives the free places to those who wait, directly, so that a new caller cannot take them first. */
  function admitNext(): void {
    for (let next = nextOwner(); next !== undefined; next = nextOwner()) {
      const { name, owner, first } = next;
      owner.queue.delete(first);
      waiting -= 1;
      first.call.admit(take(name, owner, first.size));
    }
  }

  function nextOwner(): { readonly name: string; readonly owner: Owner; readonly first: Waiter } | undefined {
    let next: ReturnType<typeof nextOwner>;
    for (const [name, owner] of owners) {
      const [first] = owner.queue;
      if (first === undefined || !fits(owner, first.size)) continue;
      if (next === undefined || owner.held < next.owner.held) next = { name, owner, first };
    }
    return next;
  }

  function ownerOf(name: string): Owner {
    return owners.get(name) ?? { held: 0, queue: new Set() };
  }

  function tryEnter(name: string, size = 1): (() => void) | undefined {
    const owner = ownerOf(name);
    // Who arrives does not pass who waits for the same owner.
    return owner.queue.size === 0 && fits(owner, size) ? take(name, owner, size) : undefined;
  }

  return {
    tryEnter,
    async enter(name, signal, size = 1) {
      signal.throwIfAborted();
      const entered = tryEnter(name, size);
      if (entered !== undefined) return entered;
      const owner = ownerOf(name);
      if (owner.queue.size >= maxWaiting) return undefined;
      owners.set(name, owner);
      const leave = (): void => {
        owner.queue.delete(waiter);
        waiting -= 1;
        // The call behind it may need fewer places.
        admitNext();
        forgetIfIdle(name, owner);
      };
      const waiter: Waiter = { size, call: waitingCall(signal, leave) };
      owner.queue.add(waiter);
      waiting += 1;
      return waiter.call.admitted;
    },
    get held() {
      return held;
    },
    get waiting() {
      return waiting;
    },
  };
}
