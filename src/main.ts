#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { formatNames } from './cli/format-names.ts';
import type { CheckCommand } from './compose/check-command.ts';
import { version } from './compose/version.ts';
import type { FindingKind } from './engine/finding.ts';
import { findingKinds } from './engine/policy/policy.ts';
import { durationMs } from './lib/go-duration.ts';
import { isFindingKind, renderExplanation } from './words/explain.ts';

const somethingToDeny = 1;
const couldNotRun = 2;

const profileHelp = 'audit, balanced or strict (default: balanced)';
const deepHelp = 'also check that the config and the layers exist';

type CheckFlags = Omit<CheckCommand, 'recursive' | 'offline'> & {
  readonly recursive?: boolean;
  readonly offline?: boolean;
  readonly profile?: string;
  readonly deep?: boolean;
};

function program(stop: AbortSignal): Command {
  const pullgate = new Command('pullgate')
    .description('Finds images that the kubelet cannot pull, before a pod needs them.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'pullgate: ')) })
    .addHelpText(
      'after',
      examples(
        'pullgate check -f deploy/ --offline',
        'pullgate explain image-not-found',
        'pullgate serve --profile audit',
      ),
    );

  pullgate
    .command('serve')
    .summary('run the admission webhook')
    .description('Runs the validating admission webhook.')
    .option('--config <file>', 'config file (default: built-in defaults)')
    .option('--kubeconfig <file>', 'kubeconfig file (default: in-cluster or as kubectl)')
    .option('--profile <name>', profileHelp)
    .option('--deep', deepHelp)
    .option('--port <number>', 'port for HTTPS (default: 8443)')
    .option('--metrics-port <number>', 'port for metrics and probes over plain HTTP')
    .option('--log-level <level>', 'debug, info, warn or error (default: info)')
    .addHelpText(
      'after',
      `\nFlags and environment variables override the config file.\n${examples(
        'pullgate serve --config /etc/pullgate/config.yaml',
        'pullgate serve --profile audit --log-level debug',
        'pullgate serve --kubeconfig ~/.kube/config --port 9443',
      )}`,
    )
    .action(async (given: Readonly<Record<string, unknown>>) => {
      const { config, kubeconfig, metricsPort, logLevel, ...others } = given;
      const flags = { ...others, 'metrics-port': metricsPort, 'log-level': logLevel };
      const { serve } = await import('./compose/serve.ts');
      await serve(
        {
          overrides: { flags, environment: process.env },
          environment: process.env,
          ...(typeof config === 'string' ? { configPath: config } : {}),
          ...(typeof kubeconfig === 'string' ? { kubeconfig } : {}),
        },
        stop,
      );
    });

  pullgate
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
        'pullgate check -f deploy/',
        'helm template shop ./chart | pullgate check -f - --offline',
        'pullgate check -f deploy/ --offline -o sarif > pullgate.sarif',
      ),
    )
    .action(async ({ profile, deep, recursive = false, offline = false, ...given }: CheckFlags) => {
      const { check } = await import('./compose/check-command.ts');
      const overrides = { flags: { profile, deep }, environment: process.env };
      const command = { ...given, recursive, offline, overrides, environment: process.env };
      const denied = await check(command, process, stop);
      if (denied) process.exitCode = somethingToDeny;
    });

  pullgate
    .command('explain')
    .summary('explain a kind of finding')
    .description('Explains a kind of finding: what it means, how to find its cause, how to fix it.')
    .argument('<kind>', 'kind of finding', findingKind)
    .addHelpText(
      'after',
      `\nKinds:\n${columns(findingKinds)}\n${examples('pullgate explain access-denied', 'pullgate explain not-checked')}`,
    )
    .action((kind: FindingKind) => void process.stdout.write(`${renderExplanation(kind)}\n`));

  return pullgate;
}

function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  ${command}`).join('\n')}`;
}

/** Sets the words in three columns, to be read column by column. */
function columns(words: readonly string[]): string {
  const rows = Math.ceil(words.length / 3);
  const row = (at: number) => [words[at], words[at + rows], words[at + 2 * rows]].map((word = '') => word.padEnd(24));
  return Array.from({ length: rows }, (_, at) => `  ${row(at).join(' ').trimEnd()}`).join('\n');
}

function findingKind(word: string): FindingKind {
  if (isFindingKind(word)) return word;
  throw new InvalidArgumentError(`Use one of: ${findingKinds.join(', ')}.`);
}

function collect(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path];
}

/** A duration from 1ms to 1h, in ms. */
function duration(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined && ms >= 1 && ms <= 3_600_000) return ms;
  throw new InvalidArgumentError('Use a duration up to 1h, such as 30s or 2m.');
}

/** Runs one command. If it cannot run, prints one line and no stack trace, and sets exit code 2. */
async function main(argv: readonly string[]): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  try {
    await program(stop.signal).parseAsync([...argv]);
  } catch (error) {
    process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : couldNotRun;
    if (!(error instanceof CommanderError)) process.stderr.write(`pullgate: ${messageOf(error)}\n`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error);
}

await main(process.argv);
