import { type Failure, isFailure, isInconclusive } from '../../engine/answer.ts';
import type { Registry } from '../../engine/ports.ts';
import type { Clock } from '../../lib/clock.ts';
import { createSingleFlight } from '../../lib/single-flight.ts';
import { createAnswerCache, type FailureTtl } from './answer-cache.ts';

/** What became of an ask: told for metrics. `joined`: another's ask was shared. `stale`: a success stood in. */
export type CacheEvent = 'hit' | 'miss' | 'joined' | 'stale' | 'evicted';

export interface MemoryOptions {
  readonly clock: Clock;
  /**
   * How long each failure is repeated unasked, in ms. Those that deny belong at 0: a tag, a grant or a layer that
   * came a moment ago must work at once, and asks that come together are one ask in any case.
   */
  readonly failureTtlMs: FailureTtl;
  /** How long an ask goes on that nobody waits for any more, in ms. */
  readonly lingerMs: number;
  /** Heap for the answers of each method, in bytes. */
  readonly maxBytes: number;
  readonly onEvent?: (event: CacheEvent, method: keyof Registry) => void;
}

/** The answers of one method of the port. */
export interface Memory<S> {
  /** What is remembered, else what `work` answers; successes are repeated for `ttlMs`. Throws where `signal` aborts. */
  ask(
    key: string,
    ttlMs: number,
    work: (signal: AbortSignal) => Promise<S | Failure>,
    signal: AbortSignal,
  ): Promise<S | Failure>;
  /** The last success, where it is no older than `maxAgeMs`. */
  last(key: string, maxAgeMs: number): S | undefined;
}

/**
 * A cache with a single flight before it. Who joins an ask that began before he came, and hears a failure, asks
 * once more, together with all who joined: what he asks about may have been pushed in between.
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
    async ask(key, ttlMs, work, signal) {
      const known = cache.fresh(key, ttlMs, clock.now());
      if (known !== undefined) {
        onEvent?.('hit', method);
        return known;
      }
      async function askAndRemember(own: AbortSignal): Promise<S | Failure> {
        onEvent?.('miss', method);
        const answer = await work(own);
        cache.put(key, answer, clock.now());
        return answer;
      }
      const arrival = await flights.fly(key, askAndRemember, signal);
      if (!arrival.joined) return arrival.value;
      onEvent?.('joined', method);
      if (!isFailure(arrival.value) || failureTtlMs[arrival.value.kind] > 0 || isInconclusive(arrival.value))
        return arrival.value;
      return (await flights.fly(key, askAndRemember, signal)).value;
    },
    last: (key, maxAgeMs) => cache.last(key, maxAgeMs, clock.now()),
  };
}
