import { systemClock, type Clock } from '../lib/clock.ts';
import { inline } from '../words/plain-text.ts';

/** Standard error of the process, or a replacement for it in tests. */
export interface ErrorStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Messages and progress for the user, on standard error. */
export interface StatusLine {
  /** Writes a line: `pullgate: message`. */
  readonly say: (message: string) => void;
  /** Writes a line as `say` does, unless the user wants quiet. */
  readonly remark: (message: string) => void;
  /** Sets the progress. It replaces the one before. */
  readonly progress: (text: string) => void;
  /** Removes the progress from the terminal. */
  readonly end: () => void;
}

export interface StatusLineOptions {
  /** How users call the program. */
  readonly name: string;
  /** Whether to leave out remarks and progress. */
  readonly quiet: boolean;
  readonly clock?: Clock;
}

/** In ms. Shorter work shows no progress. */
const patience = 1_000;
/** In ms, between two changes of the line. */
const pace = 100;
const eraseLine = '\r\u001b[K';

/** Writes to `stream`. Progress appears only on a terminal, and only if the work takes more than a second. */
export function createStatusLine(
  stream: ErrorStream,
  { name, quiet, clock = systemClock }: StatusLineOptions,
): StatusLine {
  let latest = '';
  let shown = '';
  let cancel: (() => void) | undefined;

  function draw(): void {
    cancel = undefined;
    if (latest !== shown) stream.write(`${eraseLine}${latest}`);
    shown = latest;
  }

  function erase(): void {
    if (shown !== '') stream.write(eraseLine);
    shown = '';
  }

  function say(message: string): void {
    erase();
    stream.write(`${name}: ${message}\n`);
    if (latest !== '' && cancel === undefined) cancel = clock.schedule(pace, draw);
  }

  const started = clock.now();
  return {
    say,
    remark: (message) => (quiet ? undefined : say(message)),
    progress(text) {
      if (quiet || stream.isTTY !== true) return;
      latest = inline(text, 79);
      const wait = Math.max(pace, started + patience - clock.now());
      cancel ??= clock.schedule(wait, draw);
    },
    end() {
      cancel?.();
      cancel = undefined;
      latest = '';
      erase();
    },
  };
}
