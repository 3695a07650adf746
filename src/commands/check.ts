import { Option, type Command } from 'commander';
import { formatNames } from '../cli/format-names.ts';
import type { CheckCommand } from '../compose/check-command.ts';
import { collect, deepHelp, duration, profileHelp } from './arguments.ts';
import { exitCodes, type CommandContext } from './context.ts';
import { examples } from './examples.ts';

type CheckFlags = Omit<CheckCommand, 'recursive' | 'offline'> & {
  readonly recursive?: boolean;
  readonly offline?: boolean;
  readonly profile?: string;
  readonly deep?: boolean;
};

/** Adds `pullgate check`. */
export function addCheck(program: Command, { name, stop }: CommandContext): void {
  program
    .command('check')
    .summary('check manifests as the webhook would')
    .description('Checks manifests as the webhook would. Exits with 1 if one would be denied.')
    .requiredOption('-f, --filename <path>', 'file, folder, or - for standard input (repeatable)', collect)
    .option('-R, --recursive', 'include subfolders')
    .option('-n, --namespace <name>', 'namespace of objects that name none')
    .option('--offline', 'use no cluster: secrets come from the manifests')
    .option('--kubeconfig <file>', 'kubeconfig file (default: as kubectl)')
    .option('--context <name>', 'kubeconfig context to use')
    .option('--config <file>', 'config file (default: built-in defaults)')
    .option('--profile <name>', profileHelp)
    .option('--deep', deepHelp)
    .addOption(
      new Option('--timeout <duration>', 'time limit for each object').argParser(duration).default(30_000, '30s'),
    )
    .addOption(new Option('-o, --output <format>', 'report format').choices(formatNames).default('text'))
    .addHelpText(
      'after',
      examples(
        `${name} check -f deploy/`,
        `helm template shop ./chart | ${name} check -f - --offline`,
        `${name} check -f deploy/ --offline -o sarif > pullgate.sarif`,
      ),
    )
    .action(async ({ profile, deep, recursive = false, offline = false, ...given }: CheckFlags) => {
      const { check } = await import('../compose/check-command.ts');
      const overrides = { flags: { profile, deep }, environment: process.env };
      const command = { ...given, recursive, offline, overrides, environment: process.env };
      const denied = await check(command, process, stop);
      if (denied) process.exitCode = exitCodes.somethingWrong;
    });
}
