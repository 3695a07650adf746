import { outcomeOfReport, type FailOn, type Outcome } from '../cli/fail-on.ts';
import { noteWords } from '../cli/note.ts';
import type { Output } from '../cli/output.ts';
import type { CheckReport } from '../cli/report.ts';
import { createStatusLine } from '../cli/status-line.ts';
import { assertWritable, writeReport } from '../cli/write-report.ts';
import { requireConfig } from '../config/load-config.ts';
import type { Config } from '../config/config.ts';
import type { Overrides } from '../config/overrides.ts';
import { createLog } from '../observe/log.ts';
import { bugWords } from '../words/bug.ts';
import { inline } from '../words/plain-text.ts';
import type { Terminal } from './check-command.ts';
import { openCluster, type OpenCluster } from './open-cluster.ts';
import { scanCluster } from './scan-cluster.ts';
import { scanInRounds } from './scan-rounds.ts';
import { version } from './version.ts';
import { nodeFileProblem } from './runtime-hosts.ts';

/** The command line of `pullgate scan`. */
export interface ScanCommand {
  readonly allNamespaces: boolean;
  readonly namespace?: string;
  readonly selector?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Path of the config file. */
  readonly config?: string;
  readonly outputs: readonly Output[];
  readonly failOn: FailOn;
  readonly quiet: boolean;
  /** Time limit for each object, in ms. */
  readonly timeout: number;
  /** The maximum number of calls to one registry per second. */
  readonly rate: number;
  /** Set to scan again and again: the time from the start of a scan to the next, in ms. */
  readonly every?: number;
  /** The port for metrics and probes, with `every`. */
  readonly metricsPort?: number;
}

export interface ScanCommandOptions extends ScanCommand {
  /** How users call the program. */
  readonly name: string;
  readonly overrides: Overrides;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Scans a cluster, writes the reports, and returns the result. With `every`, goes on until `stop` aborts. Throws an Error
 * with one line if it cannot run.
 */
export async function scanCommand(
  options: ScanCommandOptions,
  { stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>,
  stop: AbortSignal,
): Promise<Outcome> {
  const { outputs } = options;
  await assertWritable(outputs);
  const { config } = await requireConfig(options.config, options.overrides);
  const write = (report: CheckReport): Promise<void> =>
    writeReport(report, outputs, stdout, { version, command: 'scan', now: new Date() });
  const cluster = await openCluster(options, stop);
  try {
    if (options.every !== undefined) return await keepScanning(options, options.every, config, cluster, write, stop);
    const status = createStatusLine(stderr, options);
    const report = await scanCluster(
      {
        ...scanOptions(options, config, cluster),
        onProgress: (seen) => status.progress(`scanned ${seen} objects`),
        onBug: (error) => status.say(bugWords(error)),
        onProblem: (problem) => status.say(`${nodeFileProblem}: ${problem}`),
      },
      stop,
    ).finally(() => status.end());
    for (const problem of report.problems) status.say(inline(noteWords(problem), 500));
    for (const note of report.notes) status.remark(inline(noteWords(note), 500));
    await write(report);
    return outcomeOfReport(report, options.failOn);
  } finally {
    await cluster.close();
  }
}

const defaultMetricsPort = 8080;

async function keepScanning(
  options: ScanCommandOptions,
  everyMs: number,
  config: Config,
  cluster: OpenCluster,
  onReport: (report: CheckReport) => Promise<void>,
  stop: AbortSignal,
): Promise<Outcome> {
  const log = createLog(config.log.level);
  await scanInRounds(
    {
      scan: async (signal) =>
        scanCluster(
          {
            // Read again, because the file of a ConfigMap changes in place.
            ...scanOptions(options, (await requireConfig(options.config, options.overrides)).config, cluster),
            onBug: (err) => log.error({ err }, 'an image was not checked because of a bug'),
            onProblem: (problem) => log.warn({ problem }, nodeFileProblem),
          },
          signal,
        ),
      onReport,
      everyMs,
      port: options.metricsPort ?? defaultMetricsPort,
      log,
    },
    stop,
  );
  return 'passed';
}

function scanOptions(
  { allNamespaces, namespace, selector, timeout, rate }: ScanCommandOptions,
  config: Config,
  cluster: OpenCluster,
) {
  return {
    api: cluster.api,
    config,
    namespace: allNamespaces ? undefined : (namespace ?? cluster.namespace ?? 'default'),
    ...(selector !== undefined && { selector }),
    timeoutMs: timeout,
    perSecond: rate,
  };
}
