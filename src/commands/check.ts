import { Option, type Command } from 'commander';
import type { CheckCommand } from '../compose/check-command.ts';
import { collect, deepHelp, duration, profileHelp } from './arguments.ts';
import type { CommandContext } from './context.ts';
import { examples } from './examples.ts';
import { addReportOptions, reportOptions, setExitCode, type ReportFlags } from './report-options.ts';

type CheckFlags = Omit<CheckCommand, 'recursive' | 'offline' | 'outputs' | 'quiet'> &
  ReportFlags & {
    readonly recursive?: boolean;
    readonly offline?: boolean;
    readonly profile?: string;
    readonly deep?: boolean;
  };

/** Adds `pullgate check`. */
export function addCheck(program: Command, { name, stop }: CommandContext): void {
  const command = program
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
    );
  addReportOptions(command)
    .addHelpText(
      'after',
      examples(
        `${name} check -f deploy/`,
        `helm template shop ./chart | ${name} check -f - --offline`,
        `${name} check -f deploy/ --offline -o text -o sarif=pullgate.sarif`,
      ),
    )
    .action(async ({ profile, deep, recursive = false, offline = false, ...given }: CheckFlags) => {
      const { check } = await import('../compose/check-command.ts');
      const overrides = { flags: { profile, deep }, environment: process.env };
      const options = { ...given, ...reportOptions(given), recursive, offline, overrides, environment: process.env };
      setExitCode(await check({ ...options, name }, process, stop));
    });
}
