/**
 * What `promise` comes to, or a rejection with the reason of `signal` as soon as that aborts: only this caller's wait
 * ends, and who else waits for the same is not disturbed. Leaves no listener behind.
 */
export function waitFor<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: waiting, resolve, reject } = Promise.withResolvers<T>();
  const leave = (): void => reject(signal.reason as Error);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  return waiting;
}
