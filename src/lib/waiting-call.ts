/** A call that waits for its turn. */
export interface WaitingCall<T> {
  /** The value that the call is admitted with. Throws the reason of the signal if that aborts first. */
  readonly admitted: Promise<T>;
  /** Ends the wait. */
  admit(value: T): void;
}

/** Returns a call that waits until `admit`, or until `signal` aborts: then it leaves its line with `leave`. */
export function waitingCall<T>(signal: AbortSignal, leave: () => void): WaitingCall<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  function giveUp(): void {
    leave();
    reject(signal.reason as Error);
  }
  signal.addEventListener('abort', giveUp, { once: true });
  return {
    admitted: promise,
    admit(value) {
      signal.removeEventListener('abort', giveUp);
      resolve(value);
    },
  };
}
