import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import pLimit from 'p-limit';
import { checkManifests } from '../cli/check-manifests.ts';
import { formats } from '../cli/format.ts';
import type { Format } from '../cli/format-names.ts';
import type { Manifest } from '../cli/manifest.ts';
import type { Note } from '../cli/note.ts';
import { parseManifests } from '../cli/parse-manifests.ts';
import { readTexts } from '../cli/read-texts.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/config.ts';
import type { Overrides } from '../config/overrides.ts';
import { localDockerConfig } from '../credentials/local-docker-config.ts';
import { inline } from '../words/plain-text.ts';
import { composeChecker } from './checker.ts';
import { manifestPorts, openBackingCluster, type BackingCluster } from './manifest-ports.ts';
import { version } from './version.ts';

/** The command line of `pullgate check`. */
export interface CheckCommand {
  readonly filename: readonly string[];
  readonly recursive: boolean;
  readonly offline: boolean;
  readonly output: Format;
  /** Time limit for each object, in ms. */
  readonly timeout: number;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Path of the config file. */
  readonly config?: string;
}

export interface CheckCommandOptions extends CheckCommand {
  readonly overrides: Overrides;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The process, or a replacement for it in tests. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Output & { readonly isTTY?: boolean; hasColors?(): boolean };
  readonly stderr: Output;
}

interface Output {
  write(text: string): unknown;
}

/** How many objects are checked at the same time. */
const concurrency = 4;
/** Time limit for one credential helper, in ms. Some helpers wait for the user to unlock a key chain. */
const helperTimeoutMs = 10_000;

/**
 * Writes a report to standard output. Returns whether an object would be denied. Throws an Error with one line if it
 * cannot run.
 */
export async function check(options: CheckCommandOptions, terminal: Terminal, stop: AbortSignal): Promise<boolean> {
  const config = await configOf(options);
  const { manifests, notes } = await manifestsOf(options, terminal.stdin);
  for (const { file, line, message } of notes) {
    terminal.stderr.write(`pullgate: ${inline(file)}:${line}: ${message}\n`);
  }
  const backing = await openBackingCluster(options, stop);
  try {
    const objects = await checkAll(manifests, config, backing, options, terminal, stop);
    const report = { objects, notes };
    if (report.objects.length === 0)
      terminal.stderr.write('pullgate: nothing to check: the input has no object of a known kind that uses an image\n');
    const colour = terminal.stdout.isTTY === true && terminal.stdout.hasColors?.() === true;
    if (report.objects.length > 0 || options.output !== 'text') {
      terminal.stdout.write(formats[options.output](report, { colour, version }));
    }
    return report.objects.some(({ verdict }) => !verdict.allowed);
  } finally {
    await backing.close();
  }
}

async function configOf({ config: path, overrides }: CheckCommandOptions): Promise<Config> {
  const result = await loadConfig(path, overrides);
  if (result.kind === 'invalid') throw new Error(result.problem);
  const { config } = result;
  // An object in the manifests may create a missing secret once it is applied, so the absence is no reason to deny yet.
  return config.missingSecret === 'deny' ? { ...config, missingSecret: 'pending' } : config;
}

async function manifestsOf(
  { filename, recursive }: CheckCommandOptions,
  stdin: Readable,
): Promise<{ readonly manifests: readonly Manifest[]; readonly notes: readonly Note[] }> {
  const read = await readTexts(filename, { stdin, recursive });
  if (read.kind === 'unreadable') throw new Error(read.problem);
  const parsed = read.texts.map((text) => {
    const found = parseManifests(text);
    if (found.kind === 'invalid') throw new Error(found.problem);
    return found;
  });
  return { manifests: parsed.flatMap(({ manifests }) => manifests), notes: parsed.flatMap(({ notes }) => notes) };
}

async function checkAll(
  manifests: readonly Manifest[],
  config: Config,
  backing: BackingCluster,
  options: CheckCommandOptions,
  terminal: Terminal,
  stop: AbortSignal,
) {
  const namespace = options.namespace ?? backing.namespace ?? 'default';
  const objects = manifests.map(({ object }) => object);
  const standIn = options.offline ? await localLogins(options, terminal) : undefined;
  const { ports, announcedHere } = manifestPorts({ objects, namespace, config, api: backing.api, standIn });
  const checker = await composeChecker(config, ports, {
    onBug: (error) =>
      terminal.stderr.write(`pullgate: an image was not checked because of a bug: ${inline(String(error))}\n`),
  });
  for (const problem of checker.problems())
    terminal.stderr.write(`pullgate: a file is ignored, as on a node: ${problem}\n`);
  try {
    return await checkManifests(
      manifests,
      {
        rules: config,
        namespace,
        check: checker.check,
        namespaces: ports.namespaces,
        announcedHere,
        timeoutMs: options.timeout,
        inTurn: pLimit(concurrency),
      },
      stop,
    );
  } finally {
    await checker.close();
  }
}

async function localLogins({ environment }: CheckCommandOptions, { stderr }: Terminal) {
  const file = join(environment['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
  const logins = await localDockerConfig({ file, env: environment, timeoutMs: helperTimeoutMs });
  if (logins.problem !== undefined) stderr.write(`pullgate: ${file} is ignored: ${logins.problem}\n`);
  return logins;
}
