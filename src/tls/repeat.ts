export interface RepeatOptions {
  /** False if the first round should start after `retryMs` already. */
  readonly startedWell?: boolean;
  /** Pause after a successful round, in ms. */
  readonly everyMs: number;
  /** Pause after a failed round, in ms; it doubles with each further failure, up to `maxRetryMs`. */
  readonly retryMs: number;
  /** Default: `everyMs`. */
  readonly maxRetryMs?: number;
  /** Time limit of one round, in ms. */
  readonly timeoutMs: number;
  /** Called with the error of a round that threw, because of a bug or the time limit. */
  readonly onError?: (cause: unknown) => void;
}

/**
 * Runs `round` regularly, and returns a function that stops it. A round fails if it resolves to false or throws; the
 * next round then starts sooner. The timer does not keep the process alive.
 */
export function repeat(round: (signal: AbortSignal) => Promise<boolean>, options: RepeatOptions): () => void {
  const stop = new AbortController();
  let timer: NodeJS.Timeout;
  let pauseMs = options.retryMs;

  async function next(): Promise<void> {
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(options.timeoutMs)]);
    const succeeded = await round(signal).catch(report);
    if (stop.signal.aborted) return;
    schedule(succeeded ? options.everyMs : pauseMs);
    pauseMs = succeeded ? options.retryMs : Math.min(pauseMs * 2, options.maxRetryMs ?? options.everyMs);
  }

  function report(cause: unknown): false {
    if (!stop.signal.aborted) options.onError?.(cause);
    return false;
  }

  function schedule(ms: number): void {
    timer = setTimeout(() => void next(), ms).unref();
  }

  schedule(options.startedWell === false ? options.retryMs : options.everyMs);
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}
