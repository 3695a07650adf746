import { systemClock, type Clock } from '../../lib/clock.ts';
import type { Registry } from '../../engine/ports.ts';
import { breakerRegistry, type BreakerRegistryOptions } from './breaker-registry.ts';
import { cachedRegistry, type CacheOptions } from './cached-registry.ts';
import { cooldownRegistry } from './cooldown-registry.ts';
import { type DiscreetOptions, discreetRegistry } from './discreet-registry.ts';
import { limitedRegistry, type LimitOptions } from './limited-registry.ts';

/** The settings of the operator, and callbacks for metrics. All other settings are constants of this file. */
export interface DecorateOptions {
  readonly clock?: Clock;
  readonly cache: Omit<CacheOptions, 'clock' | 'failureTtlMs'> & {
    /** How long the answer `unreachable` is cached, in ms. */
    readonly unreachableTtlMs: number;
  };
  readonly limit: Omit<LimitOptions, 'maxWaiting'>;
  readonly breaker: Pick<BreakerRegistryOptions, 'threshold' | 'openMs' | 'maxOpenMs' | 'onState'>;
  /** Set if the answers go to pod creators, who must not probe the network. */
  readonly discretion?: DiscreetOptions;
}

const second = 1000;

/** A failure that leads to a denial is never cached, because its cause may have been fixed a moment ago. */
const failureTtlMs = {
  'not-found': 0,
  refused: 0,
  unsupported: 0,
  incomplete: 0,
  // The cool-down, the breaker and the limit decide how long these last.
  throttled: 0,
  'not-asked': 0,
};

const maxWaiting = 1024;
const cooldown = { defaultMs: 10 * second, maxMs: 300 * second, maxEntries: 10_000 };
const newHosts = { perWindow: 60, windowMs: 60 * second, maxNamespaces: 1000 };
const probing = { probeWaitMs: second, probeMs: 10 * second, maxHosts: 1000 };

/**
 * Returns `registry` with all decorators, ready for the admission of every pod. The order from the outside in:
 *
 * - The discretion is first: all namespaces share what is further in, and it decides what one of them may know.
 * - The cache is next: a cached answer needs none of the others, and the cache can return a stale answer if they refuse
 *   a call.
 * - The limit is next: a waiting call finds a cool-down or an open breaker when its turn comes. Both answer at once, so
 *   the queue then empties at once.
 * - The cool-down (per credential) is before the breaker (per host).
 * - The breaker is last, next to the answers that it counts.
 *
 * Retries are not a decorator: only the client knows whether a failure is worth a retry (see ../retry.ts).
 */
export function decorate(
  registry: Registry,
  { clock = systemClock, cache, limit, breaker, discretion }: DecorateOptions,
): Registry {
  const withBreaker = breakerRegistry(registry, { ...probing, ...breaker, clock });
  const withCooldown = cooldownRegistry(withBreaker, { ...cooldown, clock });
  const withLimit = limitedRegistry(withCooldown, { maxWaiting, ...limit });
  const { unreachableTtlMs, ...times } = cache;
  const withCache = cachedRegistry(withLimit, {
    ...times,
    clock,
    failureTtlMs: { ...failureTtlMs, unreachable: unreachableTtlMs },
  });
  return discretion ? discreetRegistry(withCache, { ...newHosts, ...discretion, clock }) : withCache;
}
