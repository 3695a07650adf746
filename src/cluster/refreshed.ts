import { untilAborted } from '../lib/wait.ts';

export interface RefreshOptions {
  /** How long a value is used, in ms. An older value stays in use while the next one is read. */
  readonly everyMs: number;
  /** Pause before a failed read is repeated, in ms. */
  readonly retryMs: number;
  /** Time limit of one read, in ms. */
  readonly timeoutMs: number;
  /** ms since 1970. */
  readonly now: () => number;
}

/**
 * Returns a function that returns the last value of `read`. The first call waits for it. `read` must not throw; undefined
 * means that it failed, and the value before stays in use. The returned function throws only if its signal aborts.
 */
export function refreshed<T>(
  read: (signal: AbortSignal) => Promise<T | undefined>,
  { everyMs, retryMs, timeoutMs, now }: RefreshOptions,
): (signal: AbortSignal) => Promise<T | undefined> {
  let last: { readonly until: number; readonly value: T | undefined } | undefined;
  let reading: Promise<T | undefined> | undefined;

  function refresh(): Promise<T | undefined> {
    reading ??= read(AbortSignal.timeout(timeoutMs))
      .then((value) => {
        last = { until: now() + (value === undefined ? retryMs : everyMs), value: value ?? last?.value };
        return last.value;
      })
      .finally(() => (reading = undefined));
    return reading;
  }

  return async (signal) => {
    const next = last === undefined || now() > last.until ? refresh() : undefined;
    return last === undefined ? untilAborted(next ?? refresh(), signal) : last.value;
  };
}
