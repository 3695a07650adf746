import { systemClock, type Clock } from '../../lib/clock.ts';
import type { Registry } from '../../engine/ports.ts';
import { breakerRegistry, type BreakerRegistryOptions } from './breaker-registry.ts';
import { cachedRegistry, type CacheOptions } from './cached-registry.ts';
import { cooldownRegistry } from './cooldown-registry.ts';
import { limitedRegistry, type LimitOptions } from './limited-registry.ts';

/** What an operator decides, and who is told. Everything else is decided here. */
export interface DecorateOptions {
  readonly clock?: Clock;
  readonly cache: Omit<CacheOptions, 'clock' | 'failureTtlMs'> & {
    /** How long an outage is repeated without asking, in ms. */
    readonly unreachableTtlMs: number;
  };
  readonly limit: Omit<LimitOptions, 'maxWaiting'>;
  readonly breaker: Pick<BreakerRegistryOptions, 'threshold' | 'openMs' | 'maxOpenMs' | 'onState'>;
}

const second = 1000;

/** A failure that denies is never repeated without asking: its cause may have been fixed a moment ago. */
const failureTtlMs = {
  'not-found': 0,
  refused: 0,
  unsupported: 0,
  incomplete: 0,
  // Cool-down, breaker and limit have times of their own.
  throttled: 0,
  'not-asked': 0,
};

const maxWaiting = 1024;
const cooldown = { defaultMs: 10 * second, maxMs: 300 * second, maxEntries: 10_000 };
const probing = { probeWaitMs: second, probeMs: 10 * second, maxHosts: 1000 };

/**
 * `registry`, made fit for the path of every Pod. From the outside in, each in its place for a reason:
 *
 * - the cache first: what it knows costs nothing further in, and it gives its last answer if those within decline;
 * - the limit next, so that waiting calls find out about a cool-down or an open breaker when their turn comes,
 *   instead of going out one by one: a breaker answers at once, so the queue is gone at once;
 * - the cool-down, which belongs to a credential, before the breaker, which belongs to a host;
 * - the breaker last, closest to the answers that it counts.
 *
 * Retries are not among them: they belong to the exchange that knows what went wrong, inside the client.
 */
export function decorate(
  registry: Registry,
  { clock = systemClock, cache, limit, breaker }: DecorateOptions,
): Registry {
  const breaking = breakerRegistry(registry, { ...probing, ...breaker, clock });
  const cooling = cooldownRegistry(breaking, { ...cooldown, clock });
  const limited = limitedRegistry(cooling, { maxWaiting, ...limit });
  const { unreachableTtlMs, ...times } = cache;
  return cachedRegistry(limited, { ...times, clock, failureTtlMs: { ...failureTtlMs, unreachable: unreachableTtlMs } });
}
