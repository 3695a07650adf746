import { systemClock, type Clock } from '../../lib/clock.ts';
import { createRateCap } from '../../lib/rate-cap.ts';
import type { Registry, Tags } from '../../engine/ports.ts';
import type { BreakerState } from './breaker.ts';
import { adaptivePlaces } from './adaptive-places.ts';
import { type BreakerScope, breakerScopes } from './breaker-scope.ts';
import { askedOnce } from './asked-once.ts';
import { breakers, type BreakersOptions } from './breakers.ts';
import { cachedRegistry, type CacheOptions } from './cached-registry.ts';
import { cachedTags, type CachedTagsOptions } from './cached-tags.ts';
import { cooldown } from './cooldown.ts';
import { type Around, decorateEach, inside } from './decorate-each.ts';
import { limits, type LimitOptions } from './limits.ts';
import { sharedRegistry } from './shared-registry.ts';
import { type DiscreetOptions, discreetRegistry } from './discreet-registry.ts';

/** The settings of the operator, and callbacks for metrics. All other settings are constants of this file. */
export interface DecorateOptions {
  readonly clock?: Clock;
  readonly cache: Omit<CacheOptions, 'clock' | 'failureTtlMs'> & {
    /** How long the answer `unreachable` is cached, in ms. */
    readonly unreachableTtlMs: number;
  };
  readonly limit: Pick<LimitOptions, 'onLoad'> & {
    /** The maximum number of concurrent calls to one registry. It may have fewer: see `adaptivePlaces`. */
    readonly concurrency: number;
  };
  readonly breaker: Pick<BreakersOptions, 'threshold' | 'openMs' | 'maxOpenMs'> & {
    readonly onState?: (host: string, scope: BreakerScope['name'], state: BreakerState) => void;
  };
  readonly tags: Pick<CachedTagsOptions, 'waitMs'>;
  /** Set if the answers go to pod creators, who must not probe the network. */
  readonly discretion?: DiscreetOptions;
  /** Set for one run over many objects. */
  readonly run?: RunOptions;
}

/** One run over many objects: each image is asked for once with each credential, see `askedOnce`. */
export interface RunOptions {
  /** The maximum number of calls to one registry per second. Undefined: no maximum. */
  readonly perSecond?: number;
}

const second = 1000;

/** A failure that leads to a denial is never cached, because its cause may have been fixed a moment ago. */
const failureTtlMs = {
  'not-found': 0,
  refused: 0,
  unsupported: 0,
  incomplete: 0,
  forbidden: 0,
  // The cool-down, the breakers and the limits decide how long these last.
  throttled: 0,
  'not-asked': 0,
};

/** The maximum number of concurrent calls to all registries. */
const maxCalls = 256;
const maxWaiting = 1024;
const registryPlaces = { least: 16, maxRegistries: 1000 };
const waits = { defaultMs: 10 * second, maxMs: 60 * second, maxEntries: 10_000 };
const probing = { probeWaitMs: second, probeMs: 10 * second };
/** A breaker of a repository takes less memory than that of a host with all its namespaces. */
const maxGroups = { host: 1000, namespace: 1000, repository: 10_000 } as const;
const tagsTtlMs = 60 * second;
const newHosts = { perWindow: 60, windowMs: 60 * second, maxNamespaces: 1000 };

/**
 * Returns the ports with all decorators, ready for the admission of every pod. The order from the outside in:
 *
 * - The answers of a run are first, because they hold for all of it.
 * - The discretion is next: all namespaces share what is further in, and it decides what one of them may know.
 * - The cache is next: a cached answer needs none of the others, and the cache can return a stale answer if they refuse
 *   a call.
 * - The rate of a run is next: a call that waits for its turn takes no place.
 * - The limits are next: a waiting call finds a cool-down or an open breaker when its turn comes. Both answer at once,
 *   so the queue then empties at once. A call that waits for its registry takes no place of the other registries.
 * - The learning of the places is inside the limits: a wait for a place says nothing about the registry.
 * - The cool-down (per credential) is before the breakers.
 * - The breakers go from the narrow to the wide, so that the probe of a registry is never a call that its own
 *   repository stops.
 * - The sharing of calls between namespaces is last, next to the client: no namespace waits where another one waits.
 *
 * Retries are not a decorator: only the client knows whether a failure is worth a retry (see ../retry.ts).
 */
export function decorate(
  ports: { readonly registry: Registry; readonly tags: Tags },
  { clock = systemClock, cache, tags, limit, breaker, discretion, run }: DecorateOptions,
): { readonly registry: Registry; readonly tags: Tags } {
  const { concurrency, ...load } = limit;
  const { onState, ...times } = breaker;

  function breakersOf(scope: BreakerScope): ReturnType<typeof breakers> {
    return breakers(scope, {
      ...probing,
      ...times,
      clock,
      maxGroups: maxGroups[scope.name],
      onState: (host, state) => onState?.(host, scope.name, state),
    });
  }

  const places = adaptivePlaces({ ...registryPlaces, most: concurrency, clock });
  const around = inside(
    ...(run?.perSecond === undefined ? [] : [atRate(run.perSecond, clock)]),
    limits({ ...load, keyOf: ({ reference }) => reference.registry, placesOf: (host) => places.of(host), maxWaiting }),
    limits({ keyOf: () => 'all registries', placesOf: () => maxCalls, maxWaiting }),
    places.learn,
    cooldown({ ...waits, clock }),
    breakersOf(breakerScopes.repository),
    breakersOf(breakerScopes.namespace),
    breakersOf(breakerScopes.host),
  );
  const { unreachableTtlMs, ...cacheTimes } = cache;
  const memory = { ...cacheTimes, clock, failureTtlMs: { ...failureTtlMs, unreachable: unreachableTtlMs } };
  const registry = cachedRegistry(decorateEach(sharedRegistry(ports.registry, clock), around), memory);
  const discreet = discretion ? discreetRegistry(registry, { ...newHosts, ...discretion, clock }) : registry;
  return {
    registry: run ? askedOnce(discreet, clock) : discreet,
    tags: cachedTags(ports.tags, around, { ...memory, ...tags, ttlMs: tagsTtlMs }),
  };
}

function atRate(perSecond: number, clock: Clock): Around {
  const turn = createRateCap(perSecond, clock);
  return async (question, call, signal) => {
    await turn(question.reference.registry, signal);
    return call(signal);
  };
}
