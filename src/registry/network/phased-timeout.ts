/** How long is waited for an answer, part by part. */
export interface PhasedTimeout {
  /** Aborts with the signal that it was made from, or when the time runs out that was allowed last. */
  readonly signal: AbortSignal;
  /** Whether the time ran out. */
  readonly exhausted: boolean;
  /** Allows `ms` milliseconds from now, whatever is left of what was allowed before. */
  allow(ms: number): void;
  /** Leaves no timer and no listener behind. */
  end(): void;
}

/** PhasedTimeout that ends with `signal` too; none is allowed yet. */
export function createPhasedTimeout(signal: AbortSignal): PhasedTimeout {
  const controller = new AbortController();
  const leave = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
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
        controller.abort(new DOMException('the registry took too long', 'TimeoutError'));
      }, ms);
    },
    end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    },
  };
}
