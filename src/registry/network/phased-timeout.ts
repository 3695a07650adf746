/** A time limit with one duration for each phase of a request. */
export interface PhasedTimeout {
  /** Aborts if the time of the current phase runs out, or with the signal that the timeout was created from. */
  readonly signal: AbortSignal;
  /** True if the time ran out. */
  readonly exhausted: boolean;
  /** Starts a phase of `ms` milliseconds. The time that is left of the previous phase is lost. */
  allow(ms: number): void;
  /** Removes the timer and the listener. */
  end(): void;
}

/** Returns a timeout that also aborts with `signal`. There is no time limit until the first call of `allow`. */
export function createPhasedTimeout(signal: AbortSignal): PhasedTimeout {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  let exhausted = false;
  return {
    signal: controller.signal,
    get exhausted() {
      return exhausted;
    },
    allow(ms: number): void {
      clearTimeout(timer);
      timer = setTimeout(() => {
        exhausted = true;
        controller.abort(new DOMException('the registry did not answer in time', 'TimeoutError'));
      }, ms);
    },
    end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}
