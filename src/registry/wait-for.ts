/**
 * `promise`, or the reason of `signal` as soon as that aborts: the wait ends, what is waited for does not.
 * Leaves no listener behind on either way out.
 */
export function waitFor<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: waiting, resolve, reject } = Promise.withResolvers<T>();
  const leave = (): void => reject(signal.reason);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  return waiting;
}
