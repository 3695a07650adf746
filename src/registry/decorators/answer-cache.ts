import { LRUCache } from 'lru-cache';
import { type Failure, isFailure, isInconclusive } from '../../engine/answer.ts';

/** How long each kind of failure is repeated without asking, in ms; 0: not at all. */
export type FailureTtl = Readonly<Record<Failure['kind'], number>>;

interface Entry<S> {
  /** The last success, and when it was learned. Kept while the registry is out: it may be served as stale. */
  readonly success?: { readonly answer: S; readonly at: number };
  /** What was said since, and until when it is repeated. */
  readonly failure?: { readonly answer: Failure; readonly until: number };
}

/** What was answered, and when; time is told to it (`now`, in ms). */
export interface AnswerCache<S> {
  /** What may be answered without asking. */
  fresh(key: string, ttlMs: number, now: number): S | Failure | undefined;
  /** The last success, where it is no older than `maxAgeMs`. */
  last(key: string, maxAgeMs: number, now: number): S | undefined;
  put(key: string, answer: S | Failure, now: number): void;
}

/** Bytes of heap that an entry takes beside its texts: measured, see the test of its bound. */
const entryBytes = 400;

/**
 * Answers by key, at most `maxBytes` of them: counted by what they hold, since a manifest may name three
 * layers or thousands, and who pushes the image chooses.
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
      // What says nothing of the image does not unsay a success.
      const success = isInconclusive(answer) ? entries.peek(key)?.success : undefined;
      const ttlMs = options.failureTtlMs[answer.kind];
      if (success === undefined && ttlMs <= 0) entries.delete(key);
      else entries.set(key, { ...(success && { success }), failure: { answer, until: now + ttlMs } });
    },
  };
}
