import { InvalidArgumentError, Option, type Command } from 'commander';
import { failOnWords, type FailOn, type Outcome } from '../cli/fail-on.ts';
import { formatNames } from '../cli/format-names.ts';
import { parseOutput, type Output } from '../cli/output.ts';
import { exitCodes } from './context.ts';

/** The values of the options that `addReportOptions` adds. */
export interface ReportFlags {
  readonly output?: readonly Output[];
  readonly failOn: FailOn;
  readonly quiet?: boolean;
}

/** Adds the options of every command that makes a report. */
export function addReportOptions(command: Command): Command {
  return command
    .option('-o, --output <format[=file]>', `repeatable: ${formatNames.join(', ')} (default: text)`, collectOutput)
    .addOption(new Option('--fail-on <action>', 'what makes the exit code 1').choices(failOnWords).default('deny'))
    .option('-q, --quiet', 'print no progress and no notes');
}

/** Returns the options for the part that runs the command. */
export function reportOptions({ output = [{ format: 'text' }], failOn, quiet = false }: ReportFlags) {
  return { outputs: output, failOn, quiet };
}

/** Sets the exit code of the process for a result. */
export function setExitCode(outcome: Outcome): void {
  process.exitCode = { passed: 0, failed: exitCodes.somethingWrong, incomplete: exitCodes.couldNotRun }[outcome];
}

function collectOutput(word: string, before: readonly Output[] = []): readonly Output[] {
  const parsed = parseOutput(word, before);
  if (parsed.kind === 'invalid') throw new InvalidArgumentError(parsed.problem);
  return [...before, parsed.output];
}
