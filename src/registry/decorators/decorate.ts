import type { Registry } from '../../engine/ports.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { breakerRegistry, type BreakerRegistryOptions } from './breaker-registry.ts';
import { cachedRegistry, type CacheOptions } from './cached-registry.ts';
import { type CooldownOptions, cooldownRegistry } from './cooldown-registry.ts';
import { limitedRegistry, type LimitOptions } from './limited-registry.ts';

/** What differs from `defaults`, and who is told. */
export interface DecorateOptions {
  readonly clock?: Clock;
  readonly cache?: Partial<Omit<CacheOptions, 'clock'>>;
  readonly limit?: Partial<LimitOptions>;
  readonly cooldown?: Partial<Omit<CooldownOptions, 'clock'>>;
  readonly breaker?: Partial<Omit<BreakerRegistryOptions, 'clock'>>;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const mebibyte = 2 ** 20;

/** What holds where neither the config nor a test says otherwise. */
export const defaults = {
  cache: {
    digestTtlMs: hour,
    tagTtlMs: minute,
    failureTtlMs: {
      // What denies is asked for each time: the cause may have been mended a moment ago.
      'not-found': 0,
      refused: 0,
      unsupported: 0,
      incomplete: 0,
      // These only warn; a moment's rest keeps a storm of retries off a registry in trouble.
      unreachable: second,
      // Cool-down, breaker and limit have times of their own.
      throttled: 0,
      'not-asked': 0,
    },
    staleMs: 24 * hour,
    // As long as a client waits for headers: what a caller with a short deadline began teaches the breaker.
    lingerMs: 5 * second,
    // About 12,000 images' answers, as many manifests and blobs as fit: 24 MiB in all of a pod's 192.
    maxBytes: 8 * mebibyte,
  },
  limit: { concurrency: 16, maxWaiting: 1024 },
  cooldown: { defaultMs: 10 * second, maxMs: 5 * minute, maxEntries: 10_000 },
  breaker: {
    threshold: 3,
    openMs: 10 * second,
    maxOpenMs: minute,
    probeWaitMs: second,
    probeMs: 10 * second,
    maxHosts: 1000,
  },
} as const satisfies Omit<DecorateOptions, 'clock'>;

/**
 * `registry`, made fit for the path of every Pod. From the outside in, each where it is for a reason:
 *
 * - the cache first: what it knows costs nothing further in, and it shows its last answer when those within decline;
 * - the limit next, so that asks in line find out about a cool-down or an open breaker when their turn comes,
 *   instead of going out one by one: as a breaker's answer takes no time, the line is gone at once;
 * - the cool-down, which is a credential's affair, before the breaker, which is the host's;
 * - the breaker last, closest to the answers that it counts.
 *
 * Retries are none of these: they belong to the exchange that knows what went wrong, and are the client's.
 */
export function decorate(registry: Registry, options: DecorateOptions = {}): Registry {
  const { clock = systemClock } = options;
  const breaking = breakerRegistry(registry, { ...defaults.breaker, ...options.breaker, clock });
  const cooling = cooldownRegistry(breaking, { ...defaults.cooldown, ...options.cooldown, clock });
  const limited = limitedRegistry(cooling, { ...defaults.limit, ...options.limit });
  return cachedRegistry(limited, { ...defaults.cache, ...options.cache, clock });
}
