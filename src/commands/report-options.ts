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
    .addOption(outputOption())
    .addOption(new Option('--fail-on <word>', failOnHelp).choices(failOnWords).default('deny'))
    .option('-q, --quiet', 'print no progress and no notes');
}

const failOnHelp = 'exit with 1 for: deny, warn or never (default: deny)';

/** The line of `--help` that lists the formats. */
export const formatsHelp = `Formats: ${formatNames.join(', ')}`;

function outputOption(): Option {
  const help = 'FORMAT or FORMAT=FILE; repeatable (default: text)';
  return new Option('-o, --output <format>', help).choices(formatNames).argParser(collectOutput);
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
