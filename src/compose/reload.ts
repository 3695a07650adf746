import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import type { Overrides } from '../config/overrides.ts';
import { watchConfig } from '../config/watch-config.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { logConfig } from './log-config.ts';
import type { CurrentChecker } from './current-checker.ts';
import { nodeFileProblem } from './runtime-hosts.ts';
import { contentsDigest, watchContents } from '../lib/watch-contents.ts';

export interface ReloadOptions {
  /** If absent, there is no config file to watch, only the files that flags and environment name. */
  readonly configPath: string | undefined;
  /** The text that the config in force was read from. */
  readonly text: string;
  readonly overrides: Overrides;
  readonly checker: CurrentChecker;
  /** Called with each new config that is in use. */
  readonly onConfig?: (config: Config) => void;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'configReloaded'>;
  /** Pause between two reads of the files, in ms. */
  readonly everyMs?: number;
}

/** Options that are read only at the start. */
const readAtStart: Readonly<Record<string, (config: Config) => unknown>> = {
  server: ({ server }) => server,
  tls: ({ tls }) => tls,
  nodes: ({ nodes }) => nodes,
  openshift: ({ openshift }) => openshift,
  announcers: ({ announcers }) => announcers,
  events: ({ events }) => events,
  recheck: ({ recheck }) => recheck,
  ownNamespace: ({ ownNamespace }) => ownNamespace,
  'cache.secret': ({ cache }) => cache.secret,
};

/**
 * Watches the config file and the files that it names until `stop` aborts. Logs an invalid config and keeps the old
 * one. A config that was rejected because of a file that it names is tried again when that file changes.
 */
export async function reload(options: ReloadOptions, stop: AbortSignal): Promise<void> {
  const { configPath, text, overrides, checker, log, metrics, everyMs = 5_000 } = options;
  const first = checker.config;
  let wanted = first;
  let broken = false;
  let changes = Promise.resolve();

  function onConfig(config: Config): void {
    wanted = config;
    broken = false;
    scheduleChange();
  }

  function onProblem(problem: string): void {
    broken = true;
    reject(problem);
  }

  /** Runs one change at a time, with the newest config, so that an older config never replaces a newer one. */
  function scheduleChange(): void {
    changes = changes.then(change);
  }

  async function change(): Promise<void> {
    if (stop.aborted) return;
    const config = wanted;
    try {
      await checker.replace(config);
    } catch (error) {
      return reject(error instanceof Error ? error.message : String(error));
    }
    log.level = config.log.level;
    // A changed file does not fix a config that cannot be parsed.
    if (!broken) metrics.configReloaded('accepted');
    log.info('the new configuration is in use');
    logConfig(log, config);
    warnOfProblems(log, checker);
    options.onConfig?.(config);
    const pending = Object.keys(readAtStart).filter(
      (name) => !isDeepStrictEqual(readAtStart[name]?.(config), readAtStart[name]?.(first)),
    );
    if (pending.length > 0) log.warn({ options: pending }, 'these options change only after a restart');
  }

  function reject(problem: string): void {
    metrics.configReloaded('rejected');
    log.error({ problem }, 'the new configuration is invalid; the old one is kept');
  }

  const readMounted = (): Promise<string> => contentsDigest(mountedFiles(wanted));
  await Promise.all([
    configPath === undefined
      ? undefined
      : watchConfig({ path: configPath, overrides, everyMs, text, onConfig, onProblem }, stop),
    watchContents({ read: readMounted, first: await readMounted(), everyMs, onChange: scheduleChange }, stop),
  ]);
  await changes;
}

/** Logs the problems of the files that the config names. */
export function warnOfProblems(log: Log, checker: Pick<CurrentChecker, 'problems'>): void {
  for (const problem of checker.problems()) log.warn({ problem }, nodeFileProblem);
}

/** The files and folders that a checker reads only when it is created. */
export function mountedFiles({ registries, nodeCredentials }: Config): readonly string[] {
  return [...registries.flatMap(({ ca }) => ca ?? []), ...[nodeCredentials.providers?.config ?? []].flat()];
}
