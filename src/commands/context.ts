/** What every command gets from the process that runs it. */
export interface CommandContext {
  /** How users call the program: `pullgate`, or `kubectl pullgate`. */
  readonly name: string;
  /** Aborts when the process gets SIGTERM or SIGINT. */
  readonly stop: AbortSignal;
}

/** The exit codes of commands that check something. 0 means that nothing is wrong. */
export const exitCodes = { somethingWrong: 1, couldNotRun: 2 } as const;
