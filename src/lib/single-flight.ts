import type { Clock } from './clock.ts';
import { untilAborted } from './wait.ts';

/** What a flight brought, and whether it had left before the caller came. */
export interface Arrival<T> {
  readonly value: T;
  /** True: the work began before the caller asked, so that it may not have seen what happened just before. */
  readonly joined: boolean;
}

/** Work by key, done once for all who ask for it meanwhile. */
export interface SingleFlight<T> {
  /**
   * Runs `work` unless one of that key is under way, which is then shared. A caller whose `signal` aborts leaves
   * with its reason, and the others wait on. `work` gets a signal of its own.
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
 * Many callers, one call. When the last caller has left, the call runs on for `lingerMs` (0: not at all), so that
 * a registry slower than the callers' patience still fills the cache and teaches the breaker; then it is aborted.
 */
export function createSingleFlight<T>(clock: Clock, lingerMs: number): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const promise = work(controller.signal).finally(() => {
      flight.callOff();
      forget(key, flight);
    });
    // Whoever waits hears of a rejection; where nobody does, it concerns nobody.
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
    flight.controller.abort(new DOMException('nobody waits for the answer any more', 'AbortError'));
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
