import { LRUCache } from 'lru-cache';
import { type Failure, isFailure, isInconclusive } from '../../engine/answer.ts';

/** How long each kind of failure is cached, in ms. 0: it is not cached. */
export type FailureTtl = Readonly<Record<Failure['kind'], number>>;

interface Entry<S> {
  /** The last success and its time. Kept during an outage of the registry, because it may be served as stale. */
  readonly success?: { readonly answer: S; readonly at: number };
  /** The latest failure after the success, and how long it is served. */
  readonly failure?: { readonly answer: Failure; readonly until: number };
}

/** Answers by key. The caller passes the time (`now`, in ms). */
export interface AnswerCache<S> {
  /** Returns a cached answer that is still valid. `ttlMs` applies to successes. */
  fresh(key: string, ttlMs: number, now: number): S | Failure | undefined;
  /** Returns the last success if it is less than `maxAgeMs` old. */
  last(key: string, maxAgeMs: number, now: number): S | undefined;
  /** Stores an answer. An inconclusive failure does not replace a success. */
  put(key: string, answer: S | Failure, now: number): void;
}

/** Measured: bytes of heap for an entry, without its texts. */
const entryBytes = 400;

/**
 * Returns a cache of at most `maxBytes` bytes. It counts bytes and not entries, because a manifest can have thousands
 * of layers, and the author of an image chooses how many.
 */
export function createAnswerCache<S extends { readonly kind: string }>(options: {
  readonly maxBytes: number;
  readonly failureTtlMs: FailureTtl;
  readonly sizeOf: (answer: S) => number;
  readonly onEvicted: () => void;
}): AnswerCache<S> {
  const entries = new LRUCache<string, Entry<S>>({
    maxSize: options.maxBytes,
    sizeCalculation: ({ success }, key) =>
      entryBytes + 2 * key.length + (success === undefined ? 0 : options.sizeOf(success.answer)),
    dispose: (_entry, _key, reason) => {
      if (reason === 'evict') options.onEvicted();
    },
  });

  return {
    fresh(key, ttlMs, now) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.failure !== undefined) return now < entry.failure.until ? entry.failure.answer : undefined;
      if (entry.success !== undefined && now - entry.success.at < ttlMs) return entry.success.answer;
      return undefined;
    },
    last(key, maxAgeMs, now) {
      const success = entries.peek(key)?.success;
      return success !== undefined && now - success.at < maxAgeMs ? success.answer : undefined;
    },
    put(key, answer, now) {
      if (!isFailure(answer)) {
        entries.set(key, { success: { answer, at: now } });
        return;
      }
      // An inconclusive failure says nothing about the image, so it does not replace a success.
      const success = isInconclusive(answer) ? entries.peek(key)?.success : undefined;
      const ttlMs = options.failureTtlMs[answer.kind];
      if (success === undefined && ttlMs <= 0) entries.delete(key);
      else entries.set(key, { ...(success && { success }), failure: { answer, until: now + ttlMs } });
    },
  };
}
