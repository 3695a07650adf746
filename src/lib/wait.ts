import type { Clock } from './clock.ts';

/**
 * What `promise` comes to, or a rejection with the reason of `signal` as soon as that aborts: only this caller's wait
 * ends, and others who wait for the same are not disturbed. Leaves no listener behind.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: waiting, resolve, reject } = Promise.withResolvers<T>();
  const leave = (): void => reject(signal.reason as Error);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  return waiting;
}

/**
 * What `work` comes to within `ms` milliseconds; undefined if it takes longer, and then it is aborted. Throws if `signal`
 * aborts, or what `work` throws.
 */
export async function withTimeout<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  try {
    return await work(limited);
  } catch (error) {
    signal.throwIfAborted();
    if (limited.aborted) return undefined;
    throw error;
  }
}

/** `promise`, or undefined after `ms` milliseconds of `clock`, while `promise` goes on. Throws if `signal` aborts first. */
export async function withDeadline<T>(
  ms: number,
  promise: Promise<T>,
  clock: Clock,
  signal: AbortSignal,
): Promise<T | undefined> {
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.schedule(ms, () => resolve(undefined));
  try {
    return await untilAborted(Promise.race([promise, over]), signal);
  } finally {
    cancel();
  }
}
