import { setTimeout as sleep } from 'node:timers/promises';

/** Pause between two tries, in ms. */
const pauseMs = 2_000;

export interface Patience {
  /** How long to repeat, in ms. 0 tries once. */
  readonly waitMs: number;
  /** Called with the message of each failure before a pause, and with undefined after a success. */
  readonly onProblem: (problem: string | undefined) => void;
}

/**
 * Returns what `open` resolves to, and repeats it while it throws, because what is missing may still be created: a
 * permission, a Secret or a file. Throws the last error after `waitMs`, and an AbortError if `stop` aborts.
 */
export async function patiently<T>(
  open: () => Promise<T>,
  { waitMs, onProblem }: Patience,
  stop: AbortSignal,
): Promise<T> {
  const end = performance.now() + waitMs;
  for (;;) {
    try {
      const opened = await open();
      onProblem(undefined);
      return opened;
    } catch (error) {
      if (stop.aborted || performance.now() + pauseMs > end) throw error;
      onProblem(error instanceof Error ? error.message : String(error));
    }
    await sleep(pauseMs, undefined, { signal: stop });
  }
}
