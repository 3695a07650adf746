import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask, Outcome, Target, Sent } from './ask.ts';
import type { Exchange } from './exchange.ts';
import { headerOf } from './header.ts';
import { retryAfterMs } from './retry-after.ts';

/** One ask with one authorisation, made again where a moment may mend what was said. */
export type Retry = (ask: Ask, sent: Sent | undefined, signal: AbortSignal) => Promise<Outcome>;

/** `exchange`, asked again while the answer is a moment's trouble; a Retry-After of more than `maxRetryAfterMs` ends it. */
export function createRetry(exchange: Exchange, maxRetryAfterMs: number): Retry {
  return async (ask, sent, signal) => {
    let outcome = await exchange.exchange(ask, sent, signal);
    for (let attempts = 1; attempts < maxAttempts; attempts += 1) {
      const pause = pauseBefore(outcome, ask.target, maxRetryAfterMs);
      if (pause === undefined) break;
      await sleep(pause, undefined, { signal });
      const before = outcome;
      outcome = await exchange.exchange(ask, sent, signal);
      if (isSameAgain(before, outcome)) break;
    }
    return outcome;
  };
}

/** As often is one thing asked of one host (containerd's maxAttempts). */
const maxAttempts = 5;

/** What is asked again where no other host follows, until it comes twice; 502 and connections that break are not. */
const outages: ReadonlySet<number> = new Set([500, 503, 504]);

/** What says more than a moment's trouble when it comes twice in a row. */
const onlyTwice: ReadonlySet<number> = new Set([429, ...outages]);

function isSameAgain(before: Outcome, outcome: Outcome): boolean {
  return (
    before.kind === 'reply' &&
    outcome.kind === 'reply' &&
    onlyTwice.has(outcome.status) &&
    before.status === outcome.status
  );
}

/**
 * Ms to wait before the same is asked again; undefined: what was said stands. Mirrors retryRequest of containerd
 * core/remotes/docker/resolver.go, but for 429: a storm of retries is what quotas are against.
 */
function pauseBefore(outcome: Outcome, { last }: Target, maxRetryAfterMs: number): number | undefined {
  if (outcome.kind !== 'reply') return undefined;
  const { status, headers } = outcome;
  const asked = retryAfterMs(headerOf(headers, 'retry-after'), Date.now());
  if (status === 429) return asked !== undefined && asked <= maxRetryAfterMs ? asked : undefined;
  if (status !== 408 && !(last && outages.has(status))) return undefined;
  return asked === undefined || asked <= maxRetryAfterMs ? jittered() : undefined;
}

/** Between 50 and 150 ms: those who failed together do not come back together. */
function jittered(): number {
  return 50 + Math.random() * 100;
}
