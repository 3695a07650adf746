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
/** Distinct from `something to deny`. */
const couldNotRun = 2;

function program(stop: AbortSignal): Command {
  const pullgate = new Command('pullgate')
    .description('Keeps ImagePullBackOff from happening: asks whether the kubelet could pull every image.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'pullgate: ')) });

  pullgate
    .command('serve')
    .description('the validating admission webhook')
    .option('--config <file>', 'the configuration; without one the defaults hold')
    .option('--kubeconfig <file>', "the way to the API server; without one that of the pod, or kubectl's")
    .option('--profile <name>', 'audit, balanced or strict')
    .option('--deep', 'look at config and layers too')
    .option('--port <number>', 'for HTTPS')
    .option('--metrics-port <number>', 'for metrics and probes over plain HTTP')
    .option('--log-level <level>', 'debug, info, warn or error')
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
    .description('what the webhook would say of manifests; exit code 1 where it would deny one')
    .requiredOption('-f, --filename <path>', 'a file, a folder, or - for standard input; may be repeated', gathered)
    .option('-R, --recursive', 'folders with all that is below them', false)
    .option('-n, --namespace <name>', 'of objects that name none')
    .option('--offline', 'ask no cluster: secrets come from the manifests, log-ins from the local docker config', false)
    .option('--kubeconfig <file>', "the way to the cluster; without one kubectl's rules")
    .option('--context <name>', 'of the kubeconfig')
    .option('--config <file>', "the webhook's configuration; without one the defaults hold")
    .option('--profile <name>', 'audit, balanced or strict')
    .option('--deep', 'look at config and layers too')
    .option('--timeout <duration>', 'for each object', duration, 30_000)
    .addOption(new Option('-o, --output <format>').choices(formatNames).default('text'))
    .action(async ({ profile, deep, ...given }: CheckCommand & { profile?: string; deep?: boolean }) => {
      const { check } = await import('./compose/check-command.ts');
      const overrides = { flags: { profile, deep }, environment: process.env };
      const denied = await check({ ...given, overrides, environment: process.env }, process, stop);
      if (denied) process.exitCode = somethingToDeny;
    });

  pullgate
    .command('explain')
    .description('what a finding means, how to find its cause on a node, how to fix it')
    .argument('<kind>', 'a kind of finding, such as access-denied', findingKind)
    .action((kind: FindingKind) => void process.stdout.write(`${renderExplanation(kind)}\n`));

  return pullgate;
}

function findingKind(word: string): FindingKind {
  if (isFindingKind(word)) return word;
  throw new InvalidArgumentError(`It is none of ${findingKinds.join(', ')}.`);
}

function gathered(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path];
}

/** Milliseconds, at least one. */
function duration(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined && ms >= 1 && ms <= 3_600_000) return ms;
  throw new InvalidArgumentError('It is no duration up to an hour, such as 30s or 2m.');
}

/** Runs one command; whatever keeps it from running is one line and exit code 2, never a stack trace. */
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
