import type { Clock } from './clock.ts';
import { pause } from './wait.ts';

/** Waits for the next turn of `key`. Throws the reason of `signal` if that aborts first. */
export type RateCap = (key: string, signal: AbortSignal) => Promise<void>;

/** Returns a cap of `perSecond` turns a second for each key. The turns are evenly spaced, so there are no bursts. */
export function createRateCap(perSecond: number, clock: Clock): RateCap {
  const spacingMs = 1_000 / perSecond;
  /** When the next turn of each key is. Keys without a waiting turn are dropped. */
  const next = new Map<string, number>();

  function forgetPast(now: number): void {
    for (const [key, at] of next) if (at <= now) next.delete(key);
  }

  return async (key, signal) => {
    signal.throwIfAborted();
    const now = clock.now();
    if (next.size >= forgetAt) forgetPast(now);
    const at = Math.max(now, next.get(key) ?? now);
    next.set(key, at + spacingMs);
    if (at > now) await pause(at - now, clock, signal);
  };
}

/** The number of keys from which on those in the past are dropped. */
const forgetAt = 1_000;
