import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ScanCommand } from '../compose/scan-command.ts';
import { durationMs } from '../lib/go-duration.ts';
import { deepHelp, duration, profileOption, rate } from './arguments.ts';
import type { CommandContext } from './context.ts';
import { examples } from './examples.ts';
import { addReportOptions, formatsHelp, reportOptions, setExitCode, type ReportFlags } from './report-options.ts';

type ScanFlags = Omit<ScanCommand, 'allNamespaces' | 'outputs' | 'quiet'> &
  ReportFlags & {
    readonly allNamespaces?: boolean;
    readonly profile?: string;
    readonly deep?: boolean;
  };

/** Adds `pullgate scan`. */
export function addScan(program: Command, { name, stop }: CommandContext): void {
  const command = program
    .command('scan')
    .summary('check every workload of a cluster')
    .description('Checks every workload of a cluster. Exits with 1 if the webhook would deny one.')
    .option('-A, --all-namespaces', 'all namespaces')
    .option('-n, --namespace <name>', 'one namespace (default: that of the context)')
    .option('-l, --selector <query>', 'only workloads with these labels, as in kubectl')
    .option('--kubeconfig <file>', 'kubeconfig file (default: in-cluster or as kubectl)')
    .option('--context <name>', 'kubeconfig context to use')
    .option('--config <file>', 'config file (default: built-in defaults)')
    .addOption(profileOption())
    .option('--deep', deepHelp)
    .addOption(
      new Option('--rate <number>', 'calls per second to each registry (default: 20)').argParser(rate).default(20),
    )
    .addOption(
      new Option('--timeout <duration>', 'time limit for each workload (default: 1m)')
        .argParser(duration)
        .default(60_000, '1m'),
    )
    .addOption(new Option('--every <duration>', 'scan again and again, and serve metrics').argParser(interval))
    .addOption(new Option('--metrics-port <number>', 'port for metrics, with --every (default: 8080)').argParser(port));
  addReportOptions(command)
    .addHelpText(
      'after',
      formatsHelp +
        examples(
          `${name} scan -n shop -l app=web -o text -o html=report.html`,
          `${name} scan -A --every 15m --metrics-port 8080`,
        ),
    )
    .action(async ({ profile, deep, allNamespaces = false, ...given }: ScanFlags) => {
      const { scanCommand } = await import('../compose/scan-command.ts');
      if (given.metricsPort !== undefined && given.every === undefined)
        throw new Error('--metrics-port needs --every, because a single scan serves no metrics');
      // An exporter writes only the reports that the user asks for.
      const { outputs, ...report } = reportOptions(given);
      const wanted = given.every !== undefined && given.output === undefined ? [] : outputs;
      const overrides = { flags: { profile, deep }, environment: process.env };
      const options = { ...given, ...report, outputs: wanted, allNamespaces, overrides, environment: process.env };
      setExitCode(await scanCommand({ ...options, name }, process, stop));
    });
}

/** Returns a duration from 10s to 24h, in ms. */
function interval(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined && ms >= 10_000 && ms <= 86_400_000) return ms;
  throw new InvalidArgumentError('Use a duration from 10s to 24h, such as 15m.');
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError('Use a port from 0 to 65535.');
}
