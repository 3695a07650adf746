import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask, Outcome, SentAuthorization, Target } from './ask.ts';
import type { Exchange } from './exchange.ts';
import { headerOf } from './header.ts';
import { retryAfterMs } from './retry-after.ts';

/** Sends one request with one authorization, with retries. Throws if `signal` aborts. */
export type Retry = (ask: Ask, sent: SentAuthorization | undefined, signal: AbortSignal) => Promise<Outcome>;

/** Repeats a request while its failure looks temporary; gives up when Retry-After exceeds `maxRetryAfterMs`. */
export function createRetry(exchange: Exchange, maxRetryAfterMs: number): Retry {
  return async (ask, sent, signal) => {
    let outcome = await exchange.exchange(ask, sent, signal);
    for (let attempts = 1; attempts < maxAttempts; attempts += 1) {
      const pause = pauseBefore(outcome, ask.target, maxRetryAfterMs);
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

/** Statuses that are retried only at the last host. 502 and broken new connections are never retried. */
const outages: ReadonlySet<number> = new Set([500, 503, 504]);

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
 * Returns the time to wait before the next attempt, in ms. Undefined if the outcome is final. Mirrors retryRequest of
 * containerd v2.4.2 core/remotes/docker/resolver.go, except for 429: quotas exist to prevent storms of retries.
 */
function pauseBefore(outcome: Outcome, { last }: Target, maxRetryAfterMs: number): number | undefined {
  if (outcome.kind !== 'reply') return undefined;
  const { status, headers } = outcome;
  const askedWaitMs = retryAfterMs(headerOf(headers, 'retry-after'), Date.now());
  if (status === 429) return askedWaitMs !== undefined && askedWaitMs <= maxRetryAfterMs ? askedWaitMs : undefined;
  if (status !== 408 && !(last && outages.has(status))) return undefined;
  return askedWaitMs === undefined || askedWaitMs <= maxRetryAfterMs ? jittered() : undefined;
}

/** Returns between 50 and 150 ms, at random, so that requests that failed together are not repeated together. */
function jittered(): number {
  return 50 + Math.random() * 100;
}
