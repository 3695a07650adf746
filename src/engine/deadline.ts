import { undefinedIfAborted } from '../lib/wait.ts';

/** A signal as a promise that many checks wait for. */
export interface Deadline {
  /** Returns the result of `work`, or undefined after the signal aborts. Throws an earlier error. */
  orUndefined<T>(work: Promise<T>): Promise<T | undefined>;
  release(): void;
}

/** Returns the deadline of a signal. One listener serves all images of a workload, because there may be thousands. */
export function deadlineOf(signal: AbortSignal): Deadline {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const onAbort = () => resolve(undefined);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    orUndefined: (work) => Promise.race([undefinedIfAborted(work, signal), aborted]),
    release: () => signal.removeEventListener('abort', onAbort),
  };
}
