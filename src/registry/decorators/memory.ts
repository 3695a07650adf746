import type { Failure } from '../../engine/answer.ts';
import type { Registry, Tags } from '../../engine/ports.ts';
import type { Clock } from '../../lib/clock.ts';
import { createSingleFlight } from '../../lib/single-flight.ts';
import { createAnswerCache, type FailureTtl } from './answer-cache.ts';
import { callTogether } from './shared-call.ts';

/**
 * Cache events, for metrics. `joined`: the call shared another one that was already running. `stale`: an expired
 * success replaced an outage.
 */
export type CacheEvent = 'hit' | 'miss' | 'joined' | 'stale' | 'evicted';

type Method = keyof Registry | keyof Tags;

/** The settings that all methods of the ports share. */
export interface MemoryOptions {
  readonly clock: Clock;
  /**
   * How long each kind of failure is cached, in ms. Use 0 for those that lead to a denial: a tag, permission or layer
   * that was added a moment ago must work at once. Concurrent calls share one call in any case.
   */
  readonly failureTtlMs: FailureTtl;
  /** How long a call goes on after its last caller has left, in ms. */
  readonly lingerMs: number;
  /** The maximum heap for the answers of each method, in bytes. */
  readonly maxBytes: number;
  readonly onEvent?: (event: CacheEvent, method: Method) => void;
}

/** The cached answers of one method. */
export interface Memory<S> {
  /**
   * Returns the cached answer, or calls `work`. Successes are cached for `ttlMs`. Concurrent calls with the same `group`
   * and `key` share one call. Throws if `signal` aborts.
   */
  getOrCall(
    group: string,
    key: string,
    ttlMs: number,
    work: (signal: AbortSignal) => Promise<S | Failure>,
    signal: AbortSignal,
  ): Promise<S | Failure>;
  /** Returns the last success if it is less than `maxAgeMs` old. */
  last(key: string, maxAgeMs: number): S | undefined;
}

/** Returns the cache of one method. */
export function createMemory<S extends { readonly kind: string }>(
  method: Method,
  sizeOf: (answer: S) => number,
  { clock, failureTtlMs, lingerMs, maxBytes, onEvent }: MemoryOptions,
): Memory<S> {
  const cache = createAnswerCache<S>({
    maxBytes,
    failureTtlMs,
    sizeOf,
    onEvicted: () => onEvent?.('evicted', method),
  });
  const flights = createSingleFlight<S | Failure>(clock, lingerMs);

  return {
    async getOrCall(group, key, ttlMs, work, signal) {
      const cached = cache.fresh(key, ttlMs, clock.now());
      if (cached !== undefined) {
        onEvent?.('hit', method);
        return cached;
      }
      async function callAndCache(shared: AbortSignal): Promise<S | Failure> {
        onEvent?.('miss', method);
        const answer = await work(shared);
        cache.put(key, answer, clock.now());
        return answer;
      }
      const { value, joined } = await callTogether(flights, `${group} ${key}`, callAndCache, signal);
      if (joined) onEvent?.('joined', method);
      return value;
    },
    last: (key, maxAgeMs) => cache.last(key, maxAgeMs, clock.now()),
  };
}
