import { Option, type Command } from 'commander';
import type { CheckCommand } from '../compose/check-command.ts';
import { collect, deepHelp, duration, profileOption } from './arguments.ts';
import type { CommandContext } from './context.ts';
import { examples } from './examples.ts';
import { addReportOptions, formatsHelp, reportOptions, setExitCode, type ReportFlags } from './report-options.ts';

type CheckFlags = Omit<CheckCommand, 'filename' | 'kustomize' | 'recursive' | 'offline' | 'outputs' | 'quiet'> &
  ReportFlags & {
    readonly filename?: readonly string[];
    readonly kustomize?: readonly string[];
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
    .argument('[path...]')
    .option('-f, --filename <path>', 'file, folder, "pattern", URL, or -; repeatable', collect)
    .option('-k, --kustomize <dir>', 'folder to render with kubectl kustomize; repeatable', collect)
    .option('-R, --recursive', 'include subfolders')
    .option('-n, --namespace <name>', 'namespace of objects that name none')
    .option('--offline', 'use no cluster: secrets come from the manifests')
    .option('--kubeconfig <file>', 'kubeconfig file (default: as kubectl)')
    .option('--context <name>', 'kubeconfig context to use')
    .option('--config <file>', 'config file (default: built-in defaults)')
    .addOption(profileOption())
    .option('--deep', deepHelp)
    .addOption(
      new Option('--timeout <duration>', 'time limit for each object (default: 30s)')
        .argParser(duration)
        .default(30_000),
    )
    .option('--debug-bundle <file>', 'write a file without secrets, to attach to an issue');
  addReportOptions(command)
    .addHelpText(
      'after',
      formatsHelp +
        examples(
          `helm template shop ./chart | ${name} check -f - --offline`,
          `${name} check -f deploy/ --offline -o text -o sarif=pullgate.sarif`,
        ),
    )
    .action(async (paths: readonly string[], flags: CheckFlags) => {
      const { profile, deep, filename = [], kustomize = [], recursive = false, offline = false, ...given } = flags;
      const sources = { filename: [...filename, ...paths], kustomize };
      if (sources.filename.length + kustomize.length === 0) throw new Error('name what to check: -f PATH or -k DIR');
      const { check } = await import('../compose/check-command.ts');
      const overrides = { flags: { profile, deep }, environment: process.env };
      const options = {
        ...given,
        ...sources,
        ...reportOptions(given),
        recursive,
        offline,
        overrides,
        environment: process.env,
      };
      setExitCode(await check({ ...options, name }, process, stop));
    });
}
