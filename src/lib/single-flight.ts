import type { Clock } from './clock.ts';
import { untilAborted } from './wait.ts';

/** The result of a call, and whether the call was already running when this caller joined. */
export interface Arrival<T> {
  readonly value: T;
  /** If true, the call started before this caller asked, so its result may not include the latest changes. */
  readonly joined: boolean;
}

/** Shares one running call among all callers with the same key. */
export interface SingleFlight<T> {
  /**
   * Runs `work`, or joins the call that is already running for `key`. Throws what the call throws. If `signal` aborts,
   * only this caller stops waiting: it throws the reason, and the call continues for the others. `work` gets a signal
   * that aborts when no caller is left.
   */
  fly(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<Arrival<T>>;
}

interface Flight<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  callOff: () => void;
}

/**
 * Returns a single flight. After the last caller has left, the call continues for `lingerMs` milliseconds (0: not at
 * all) and is then aborted. The extra time lets a slow call still fill a cache or report a failure.
 */
export function createSingleFlight<T>(clock: Clock, lingerMs: number): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const promise = work(controller.signal).finally(() => {
      flight.callOff();
      forget(key, flight);
    });
    // Waiters see the rejection; this avoids an unhandled rejection when there are none.
    promise.catch(() => undefined);
    const flight: Flight<T> = { promise, controller, waiting: 0, callOff: () => undefined };
    flights.set(key, flight);
    return flight;
  }

  function forget(key: string, flight: Flight<T>): void {
    if (flights.get(key) === flight) flights.delete(key);
  }

  function abandon(key: string, flight: Flight<T>): void {
    forget(key, flight);
    flight.controller.abort(new DOMException('no caller is waiting for the result', 'AbortError'));
  }

  function leave(key: string, flight: Flight<T>): void {
    flight.waiting -= 1;
    if (flight.waiting > 0 || flights.get(key) !== flight) return;
    if (lingerMs <= 0) abandon(key, flight);
    else flight.callOff = clock.schedule(lingerMs, () => abandon(key, flight));
  }

  return {
    async fly(key, work, signal) {
      signal.throwIfAborted();
      const present = flights.get(key);
      const flight = present ?? start(key, work);
      flight.callOff();
      flight.waiting += 1;
      try {
        return { value: await untilAborted(flight.promise, signal), joined: present !== undefined };
      } finally {
        leave(key, flight);
      }
    },
  };
}
