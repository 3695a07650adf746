import { type Failure, isFailure, isInconclusive } from '../../engine/answer.ts';
import type { Registry } from '../../engine/ports.ts';
import type { Clock } from '../../lib/clock.ts';
import { createSingleFlight } from '../../lib/single-flight.ts';
import { createAnswerCache, type FailureTtl } from './answer-cache.ts';

/**
 * Cache events, for metrics. `joined`: the call shared another one that was already running. `stale`: an expired
 * success replaced an outage.
 */
export type CacheEvent = 'hit' | 'miss' | 'joined' | 'stale' | 'evicted';

/** The settings that all methods of the port share. */
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
  readonly onEvent?: (event: CacheEvent, method: keyof Registry) => void;
}

/** The cached answers of one method of the port. */
export interface Memory<S> {
  /** Returns the cached answer, or calls `work`. Successes are cached for `ttlMs`. Throws if `signal` aborts. */
  getOrCall(
    key: string,
    ttlMs: number,
    work: (signal: AbortSignal) => Promise<S | Failure>,
    signal: AbortSignal,
  ): Promise<S | Failure>;
  /** Returns the last success if it is less than `maxAgeMs` old. */
  last(key: string, maxAgeMs: number): S | undefined;
}

/**
 * Returns a cache in which concurrent calls for the same key share one call. A caller that joined a running call which
 * then fails calls once more, together with all others that joined: the image may have been pushed in the meantime.
 */
export function createMemory<S extends { readonly kind: string }>(
  method: keyof Registry,
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
    async getOrCall(key, ttlMs, work, signal) {
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
      const arrival = await flights.fly(key, callAndCache, signal);
      if (!arrival.joined) return arrival.value;
      onEvent?.('joined', method);
      if (!isFailure(arrival.value) || failureTtlMs[arrival.value.kind] > 0 || isInconclusive(arrival.value))
        return arrival.value;
      return (await flights.fly(key, callAndCache, signal)).value;
    },
    last: (key, maxAgeMs) => cache.last(key, maxAgeMs, clock.now()),
  };
}
