import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask, Outcome, Reply, SentAuthorization, Target } from './ask.ts';
import type { Exchange } from './exchange.ts';
import { headerOf } from './header.ts';
import { retryAfterMs } from './retry-after.ts';

/** Sends one request with one authorization, with retries. Throws if `signal` aborts. */
export type Retry = (ask: Ask, sent: SentAuthorization | undefined, signal: AbortSignal) => Promise<Outcome>;

/** Returns the time to wait before the next attempt, in ms. Undefined if the outcome is final. */
export type PauseBefore = (outcome: Outcome, target: Target) => number | undefined;

/** Repeats a request while `pauseBefore` finds that its failure looks temporary. */
export function createRetry(exchange: Exchange, pauseBefore: PauseBefore): Retry {
  return async (ask, sent, signal) => {
    let outcome = await exchange.exchange(ask, sent, signal);
    for (let attempts = 1; attempts < maxAttempts; attempts += 1) {
      const pause = pauseBefore(outcome, ask.target);
      if (pause === undefined) break;
      await sleep(pause, undefined, { signal });
      const before = outcome;
      outcome = await exchange.exchange(ask, sent, signal);
      if (isRepeated(before, outcome)) break;
    }
    return outcome;
  };
}

/** The maximum number of attempts, including the first (maxAttempts in containerd). */
export const maxAttempts = 5;

/** Statuses that containerd 2 retries, only at the last host. 502 and broken new connections are never retried. */
export const outages: ReadonlySet<number> = new Set([500, 503, 504]);

/** Statuses that are not temporary if they come twice in a row. */
const finalIfRepeated: ReadonlySet<number> = new Set([429, ...outages]);

function isRepeated(before: Outcome, outcome: Outcome): boolean {
  return (
    before.kind === 'reply' &&
    outcome.kind === 'reply' &&
    finalIfRepeated.has(outcome.status) &&
    before.status === outcome.status
  );
}

/**
 * Returns the pauses of containerd, which gives up if Retry-After exceeds `maxRetryAfterMs`. `retried` are the outages that
 * it retries at the last host; containerd 1 retries none. Mirrors retryRequest of containerd v2.4.2
 * core/remotes/docker/resolver.go, except for 429: quotas exist to prevent storms of retries.
 */
export function containerdPauses(maxRetryAfterMs: number, retried: ReadonlySet<number> = outages): PauseBefore {
  const ifThrottled = pausesIfThrottled(maxRetryAfterMs);
  return (outcome, target) => {
    if (outcome.kind !== 'reply') return undefined;
    const { status } = outcome;
    if (status === 429) return ifThrottled(outcome, target);
    if (status !== 408 && !(target.last && retried.has(status))) return undefined;
    const askedWaitMs = askedWait(outcome);
    return askedWaitMs === undefined || askedWaitMs <= maxRetryAfterMs ? jittered() : undefined;
  };
}

/** Returns pauses only for a 429 that asks to wait no longer than `maxRetryAfterMs`. */
export function pausesIfThrottled(maxRetryAfterMs: number): PauseBefore {
  return (outcome) => {
    if (outcome.kind !== 'reply' || outcome.status !== 429) return undefined;
    const askedWaitMs = askedWait(outcome);
    return askedWaitMs !== undefined && askedWaitMs <= maxRetryAfterMs ? askedWaitMs : undefined;
  };
}

function askedWait({ headers }: Reply): number | undefined {
  return retryAfterMs(headerOf(headers, 'retry-after'), Date.now());
}

/** Returns between 50 and 150 ms, at random, so that requests that failed together are not repeated together. */
function jittered(): number {
  return 50 + Math.random() * 100;
}
