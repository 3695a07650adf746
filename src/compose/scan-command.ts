import { outcomeOfReport, type FailOn, type Outcome } from '../cli/fail-on.ts';
import { noteWords } from '../cli/note.ts';
import type { Output } from '../cli/output.ts';
import { createStatusLine } from '../cli/status-line.ts';
import { assertWritable, writeReport } from '../cli/write-report.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/config.ts';
import type { Overrides } from '../config/overrides.ts';
import { inline } from '../words/plain-text.ts';
import type { Terminal } from './check-command.ts';
import { openCluster } from './open-cluster.ts';
import { scanCluster } from './scan-cluster.ts';
import { version } from './version.ts';

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
}

export interface ScanCommandOptions extends ScanCommand {
  /** How users call the program. */
  readonly name: string;
  readonly overrides: Overrides;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Scans a cluster, writes the reports, and returns the result. Throws an Error with one line if it cannot run. */
export async function scanCommand(
  options: ScanCommandOptions,
  { stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>,
  stop: AbortSignal,
): Promise<Outcome> {
  const status = createStatusLine(stderr, options);
  await assertWritable(options.outputs);
  const config = await configOf(options);
  const cluster = await openCluster(options, stop);
  try {
    const report = await scanCluster(
      {
        api: cluster.api,
        config,
        namespace: options.allNamespaces ? undefined : (options.namespace ?? cluster.namespace ?? 'default'),
        ...(options.selector !== undefined && { selector: options.selector }),
        timeoutMs: options.timeout,
        perSecond: options.rate,
        onProgress: (seen) => status.progress(`scanned ${seen} objects`),
        onBug: (error) => status.say(`an image was not checked because of a bug: ${inline(String(error))}`),
        onProblem: (problem) => status.say(`a file is ignored, as on a node: ${problem}`),
      },
      stop,
    );
    for (const problem of report.problems) status.say(inline(noteWords(problem), 500));
    for (const note of report.notes) status.remark(inline(noteWords(note), 500));
    status.end();
    await writeReport(report, options.outputs, stdout, { version, command: 'scan', now: new Date() });
    return outcomeOfReport(report, options.failOn);
  } finally {
    status.end();
    await cluster.close();
  }
}

async function configOf({ config: path, overrides }: ScanCommandOptions): Promise<Config> {
  const result = await loadConfig(path, overrides);
  if (result.kind === 'invalid') throw new Error(result.problem);
  return result.config;
}
