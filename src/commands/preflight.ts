import { Option, type Command } from 'commander';
import type { PreflightCommand } from '../compose/preflight-command.ts';
import { duration, profileOption, rate } from './arguments.ts';
import { exitCodes, type CommandContext } from './context.ts';
import { examples } from './examples.ts';

type PreflightFlags = Omit<PreflightCommand, 'quiet'> & { readonly quiet?: boolean; readonly profile?: string };

const codes = { safe: 0, refuses: exitCodes.somethingWrong, unsaid: exitCodes.couldNotRun } as const;

/** Adds `pullgate preflight`. */
export function addPreflight(program: Command, { name, stop }: CommandContext): void {
  program
    .command('preflight')
    .summary('compare the verdicts with what already runs')
    .description(
      'Says whether enforcing would have refused anything that runs, and prints the\nconfiguration that settles it. Exits with 0 if enforcing is safe, with 1 if not,\nand with 2 if it cannot be said.',
    )
    .option('-n, --namespace <name>', 'one namespace (default: all)')
    .option('--kubeconfig <file>', 'kubeconfig file (default: in-cluster or as kubectl)')
    .option('--context <name>', 'kubeconfig context to use')
    .option('--config <file>', 'config file of the webhook (default: built-in defaults)')
    .addOption(profileOption())
    .addOption(
      new Option('--rate <number>', 'calls per second to each registry (default: 20)').argParser(rate).default(20),
    )
    .addOption(
      new Option('--timeout <duration>', 'time limit for each pod (default: 1m)')
        .argParser(duration)
        .default(60_000, '1m'),
    )
    .addOption(
      new Option('-o, --output <format>', 'config: only the configuration')
        .choices(['text', 'json', 'config'])
        .default('text'),
    )
    .option('-q, --quiet', 'print no progress')
    .addHelpText(
      'after',
      examples(
        `${name} preflight --config pullgate.yaml`,
        `${name} preflight --config pullgate.yaml -o config > settled.yaml`,
        `${name} preflight --config settled.yaml --profile strict`,
      ),
    )
    .action(async ({ profile, quiet = false, ...given }: PreflightFlags) => {
      const { preflightCommand } = await import('../compose/preflight-command.ts');
      const overrides = { flags: { profile }, environment: process.env };
      const options = { ...given, name, quiet, overrides, environment: process.env };
      process.exitCode = codes[await preflightCommand(options, process, stop)];
    });
}
