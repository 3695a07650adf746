import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import pLimit from 'p-limit';
import { checkManifests, type CheckedManifests } from '../cli/check-manifests.ts';
import { outcomeOfReport, type FailOn, type Outcome } from '../cli/fail-on.ts';
import type { Manifest } from '../cli/manifest.ts';
import { noteWords } from '../cli/note.ts';
import type { Output } from '../cli/output.ts';
import { readManifests } from '../cli/read-manifests.ts';
import { createStatusLine, type ErrorStream, type StatusLine } from '../cli/status-line.ts';
import { assertWritable, writeReport, type ReportStream } from '../cli/write-report.ts';
import { requireConfig } from '../config/load-config.ts';
import type { Config } from '../config/config.ts';
import type { Overrides } from '../config/overrides.ts';
import { kindsWith } from '../engine/workload/workload-kind.ts';
import { localDockerConfig } from '../credentials/local-docker-config.ts';
import { bugWords } from '../words/bug.ts';
import { inline } from '../words/plain-text.ts';
import { composeChecker } from './checker.ts';
import { debugBundle, type DebugBundle } from './debug-bundle.ts';
import { missedNotes } from './missed-notes.ts';
import { manifestPorts, openBackingCluster, type BackingCluster } from './manifest-ports.ts';
import { version } from './version.ts';
import { nodeFileProblem } from './runtime-hosts.ts';

/** The command line of `pullgate check`. */
export interface CheckCommand {
  readonly filename: readonly string[];
  readonly kustomize: readonly string[];
  readonly recursive: boolean;
  readonly offline: boolean;
  readonly outputs: readonly Output[];
  readonly failOn: FailOn;
  readonly quiet: boolean;
  /** Time limit for each object, in ms. */
  readonly timeout: number;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Path of the config file. */
  readonly config?: string;
  /** Path of the debug bundle to write. */
  readonly debugBundle?: string;
}

export interface CheckCommandOptions extends CheckCommand {
  /** How users call the program. */
  readonly name: string;
  readonly overrides: Overrides;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The process, or a replacement for it in tests. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: ReportStream;
  readonly stderr: ErrorStream;
}

/** How many objects are checked at the same time. */
const concurrency = 4;
/** Time limit for one credential helper, in ms. Some helpers wait for the user to unlock a key chain. */
const helperTimeoutMs = 10_000;

/** Writes the reports, and returns the result. Throws an Error with one line if it cannot run. */
export async function check(options: CheckCommandOptions, terminal: Terminal, stop: AbortSignal): Promise<Outcome> {
  const status = createStatusLine(terminal.stderr, options);
  await assertWritable(options.outputs);
  const config = await configOf(options);
  const reading = { ...options, stdin: terminal.stdin, stop, kindOf: kindsWith(config.workloads) };
  const { manifests, notes, problems } = await readManifests(options, reading);
  for (const problem of problems) status.say(inline(noteWords(problem), 500));
  for (const note of notes) status.remark(inline(noteWords(note), 500));
  const backing = await openBackingCluster(options, stop);
  const debug = options.debugBundle === undefined ? undefined : debugBundle(options.debugBundle, config, options);
  try {
    const checked = await checkAll(manifests, config, backing, options, status, debug, stop);
    const missed = missedNotes(backing.missed);
    for (const problem of missed.problems) status.say(noteWords(problem));
    for (const note of missed.notes) status.remark(noteWords(note));
    const report = { ...checked, notes: [...notes, ...missed.notes], problems: [...problems, ...missed.problems] };
    const objects = manifests.map(({ object }) => object);
    await debug?.write(report, { objects, kubernetes: backing.version }, status, stop);
    if (report.objects.length === 0)
      status.say('nothing to check: the input has no object of a known kind that uses an image');
    await writeReport(report, options.outputs, terminal.stdout, { version, command: 'check', now: new Date() });
    return outcomeOfReport(report, options.failOn);
  } finally {
    status.end();
    await backing.close();
  }
}

async function configOf({ config: path, overrides }: CheckCommandOptions): Promise<Config> {
  const { config } = await requireConfig(path, overrides);
  // An object in the manifests may create a missing secret once it is applied, so the absence is no reason to deny yet.
  return config.missingSecret === 'deny' ? { ...config, missingSecret: 'pending' } : config;
}

async function checkAll(
  manifests: readonly Manifest[],
  config: Config,
  backing: BackingCluster,
  options: CheckCommandOptions,
  status: StatusLine,
  debug: DebugBundle | undefined,
  stop: AbortSignal,
): Promise<CheckedManifests> {
  const namespace = options.namespace ?? backing.namespace ?? 'default';
  const objects = manifests.map(({ object }) => object);
  const standIn = options.offline ? await localLogins(options, status) : undefined;
  const { ports, announcedHere } = manifestPorts({ objects, namespace, config, api: backing.api, standIn });
  const checker = await composeChecker(config, ports, {
    onBug: (error) => status.say(bugWords(error)),
    ...(debug && { onTraffic: debug.onTraffic }),
  });
  debug?.saw(ports.nodes, checker.problems);
  for (const problem of checker.problems()) status.say(`${nodeFileProblem}: ${problem}`);
  try {
    return await checkManifests(
      manifests,
      {
        rules: config,
        kindOf: kindsWith(config.workloads),
        namespace,
        check: checker.check,
        namespaces: ports.namespaces,
        announcedHere,
        timeoutMs: options.timeout,
        inTurn: pLimit(concurrency),
        onProgress: (done, all) => status.progress(`checked ${done} of ${all} objects`),
      },
      stop,
    );
  } finally {
    await checker.close();
  }
}

async function localLogins({ environment }: CheckCommandOptions, status: StatusLine) {
  const file = join(environment['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
  const logins = await localDockerConfig({ file, env: environment, timeoutMs: helperTimeoutMs });
  if (logins.problem !== undefined) status.say(`${file} is ignored: ${logins.problem}`);
  return logins;
}
