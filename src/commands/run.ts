import { CommanderError } from 'commander';
import { exitCodes } from './context.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command of the program that users call `name`. If it cannot run, prints one line and no stack trace, and sets
 * exit code 2.
 */
export async function run(name: string, argv: readonly string[]): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  try {
    await createProgram({ name, stop: stop.signal }).parseAsync([...argv]);
  } catch (error) {
    process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : exitCodes.couldNotRun;
    if (!(error instanceof CommanderError)) process.stderr.write(`${name}: ${messageOf(error)}\n`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error);
}
