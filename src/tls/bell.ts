import { systemClock, type Clock } from '../lib/clock.ts';
import { pause } from '../lib/wait.ts';

export interface BellOptions {
  /**
   * Least time from the start of one round to the next, in ms. From the eleventh round in a row that is not quiet, it
   * doubles with each of them.
   */
  readonly pauseMs: number;
  /** Limit of that time, in ms. */
  readonly maxPauseMs: number;
  /** Time limit of one round, in ms. */
  readonly timeoutMs: number;
  /** Called with the error of a round that threw, because of a bug or the time limit. */
  readonly onError?: (cause: unknown) => void;
  /** For tests. */
  readonly clock?: Clock;
}

/** The outcome of a round. `quiet`: there was nothing to do. */
export interface RoundResult {
  readonly succeeded: boolean;
  readonly quiet: boolean;
}

export interface Bell {
  /**
   * Runs a round that starts after this call, or joins one that has not started yet. Resolves to whether it succeeded;
   * false if it threw or the bell is closed.
   */
  ring(): Promise<boolean>;
  close(): void;
}

/** How many rounds in a row may have something to do before they become fewer. */
const patience = 10;

/**
 * Runs `round` when somebody rings, but not too often. If another program undoes what the rounds write, the rounds become
 * fewer, so that the two do not write without end.
 */
export function createBell(round: (signal: AbortSignal) => Promise<RoundResult>, options: BellOptions): Bell {
  const { pauseMs, maxPauseMs, timeoutMs, onError, clock = systemClock } = options;
  const stop = new AbortController();
  let waiting: Promise<boolean> | undefined;
  let earliest = -Infinity;
  /** Rounds in a row that were not quiet. */
  let busy = 0;

  function pauseAfter(rounds: number): number {
    return Math.min(pauseMs * 2 ** Math.max(0, rounds - patience), maxPauseMs);
  }

  async function run(): Promise<boolean> {
    try {
      await pause(Math.max(0, earliest - clock.now()), clock, stop.signal);
      // Who rings from now on may know of a change that this round does not see.
      waiting = undefined;
      const startedAt = clock.now();
      earliest = startedAt + pauseAfter(busy);
      const { succeeded, quiet } = await round(AbortSignal.any([stop.signal, AbortSignal.timeout(timeoutMs)]));
      busy = quiet ? 0 : busy + 1;
      earliest = startedAt + pauseAfter(busy);
      return succeeded;
    } catch (cause) {
      if (!stop.signal.aborted) onError?.(cause);
      return false;
    }
  }

  return {
    ring: () => (waiting ??= run()),
    close: () => stop.abort(),
  };
}
