import { createStatusLine } from '../cli/status-line.ts';
import { requireConfig } from '../config/load-config.ts';
import type { Overrides } from '../config/overrides.ts';
import { settlementOf } from '../scan/preflight/settlement.ts';
import { preflightText } from '../scan/preflight/words.ts';
import { bugWords } from '../words/bug.ts';
import type { Terminal } from './check-command.ts';
import { openCluster } from './open-cluster.ts';
import { preflightCluster, type PreflightReport } from './preflight-cluster.ts';
import { settledConfig } from './settled-config.ts';
import { nodeFileProblem } from './runtime-hosts.ts';

/** What `--output` of `pullgate preflight` takes. `config`: only the configuration. */
export type PreflightFormat = 'text' | 'json' | 'config';

/** The command line of `pullgate preflight`. */
export interface PreflightCommand {
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Path of the config file. */
  readonly config?: string;
  readonly output: PreflightFormat;
  readonly quiet: boolean;
  /** Time limit for each pod, in ms. */
  readonly timeout: number;
  /** The maximum number of calls to one registry per second. */
  readonly rate: number;
}

export interface PreflightCommandOptions extends PreflightCommand {
  /** How users call the program. */
  readonly name: string;
  readonly overrides: Overrides;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Says whether enforcing would have refused anything that runs, and prints the configuration that settles it. Throws an
 * Error with one line if it cannot run.
 */
export async function preflightCommand(
  options: PreflightCommandOptions,
  { stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>,
  stop: AbortSignal,
): Promise<PreflightReport['outcome']> {
  const loaded = await requireConfig(options.config, options.overrides);
  // Nothing is refused with `audit`, so the question is about the profile that comes after it.
  const config = loaded.config.profile === 'audit' ? { ...loaded.config, profile: 'balanced' as const } : loaded.config;
  const status = createStatusLine(stderr, options);
  const cluster = await openCluster(options, stop);
  try {
    const report = await preflightCluster(
      {
        api: cluster.api,
        config,
        namespace: options.namespace,
        timeoutMs: options.timeout,
        perSecond: options.rate,
        onProgress: (seen) => status.progress(`compared ${seen} pods`),
        onBug: (error) => status.say(bugWords(error)),
        onProblem: (problem) => status.say(`${nodeFileProblem}: ${problem}`),
      },
      stop,
    );
    status.end();
    if (report.problem !== undefined) status.say(report.problem);
    const settled = settledConfig(loaded.text, config, settlementOf(report.disagreements));
    stdout.write(textOf(report, settled, config.profile, options.output));
    return report.outcome;
  } finally {
    status.end();
    await cluster.close();
  }
}

function textOf(report: PreflightReport, settled: string, profile: string, output: PreflightFormat): string {
  if (output === 'config') return settled;
  if (output === 'json') {
    const disagreements = report.disagreements.map(({ registry, cause, refused, images, kinds, pods }) => ({
      registry,
      cause,
      refused,
      images,
      kinds,
      pods,
    }));
    return `${JSON.stringify({ ...report, profile, disagreements, configuration: settled }, undefined, 2)}\n`;
  }
  const text = preflightText(report, profile);
  return report.disagreements.length === 0 ? text : `${text}\nConfiguration:\n\n${settled}`;
}
