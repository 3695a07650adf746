export interface RepeatOptions {
  /** Whether what went before the first round went well, so that it is in no hurry. */
  readonly well?: boolean;
  /** From the end of one round to the next, in ms. */
  readonly everyMs: number;
  /** After a round that failed, doubled with each further one up to `everyMs`, in ms. */
  readonly againMs: number;
  /** Of one round, in ms. */
  readonly timeoutMs: number;
  /** A round that threw: for a bug, or since its time was over. */
  readonly onError?: (cause: unknown) => void;
}

/**
 * Runs `round` now and then until the answer is called; no process is kept alive for it. A round that answers false, or
 * throws, is run again sooner.
 */
export function repeat(round: (signal: AbortSignal) => Promise<boolean>, options: RepeatOptions): () => void {
  const stop = new AbortController();
  let timer: NodeJS.Timeout;
  let pauseMs = options.againMs;

  async function next(): Promise<void> {
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(options.timeoutMs)]);
    const well = await round(signal).catch(thrown);
    if (stop.signal.aborted) return;
    schedule(well ? options.everyMs : pauseMs);
    pauseMs = well ? options.againMs : Math.min(pauseMs * 2, options.everyMs);
  }

  function thrown(cause: unknown): false {
    if (!stop.signal.aborted) options.onError?.(cause);
    return false;
  }

  function schedule(ms: number): void {
    timer = setTimeout(() => void next(), ms).unref();
  }

  schedule(options.well === false ? options.againMs : options.everyMs);
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}
