import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import type { Overrides } from '../config/overrides.ts';
import { watchConfig } from '../config/watch-config.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { logConfig } from './log-config.ts';
import type { CurrentChecker } from './current-checker.ts';
import { contentsDigest, watchContents } from '../lib/watch-contents.ts';

export interface ReloadOptions {
  /** Absent: there is no file to follow, only those that flags and environment name. */
  readonly configPath: string | undefined;
  /** The text that the config in force was read from. */
  readonly text: string;
  readonly overrides: Overrides;
  readonly checker: CurrentChecker;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'configReloaded'>;
  /** Between two looks at the files, in ms. */
  readonly everyMs?: number;
}

/** What nobody asks for again after the start. */
const readAtStart: Readonly<Record<string, (config: Config) => unknown>> = {
  server: ({ server }) => server,
  tls: ({ tls }) => tls,
  nodes: ({ nodes }) => nodes,
  events: ({ events }) => events,
  recheck: ({ recheck }) => recheck,
  ownNamespace: ({ ownNamespace }) => ownNamespace,
  'cache.secret': ({ cache }) => cache.secret,
};

/**
 * Follows the config file and the files that it names until `stop` aborts: what is broken is said, and what held before
 * holds on. A config that was refused for a file that it names is tried again when that file changes.
 */
export async function reload(options: ReloadOptions, stop: AbortSignal): Promise<void> {
  const { configPath, text, overrides, checker, log, metrics, everyMs = 5_000 } = options;
  const first = checker.config;
  let wanted = first;
  let broken = false;
  let turns = Promise.resolve();

  function onConfig(config: Config): void {
    wanted = config;
    broken = false;
    takeOver();
  }

  function onProblem(problem: string): void {
    broken = true;
    refuse(problem);
  }

  /** One at a time, and each the newest: of two changes at once the older must not have the last word. */
  function takeOver(): void {
    turns = turns.then(takeTurn);
  }

  async function takeTurn(): Promise<void> {
    if (stop.aborted) return;
    const config = wanted;
    try {
      await checker.replace(config);
    } catch (error) {
      return refuse(error instanceof Error ? error.message : String(error));
    }
    log.level = config.log.level;
    // A file that changed mends no config that does not parse.
    if (!broken) metrics.configReloaded('accepted');
    log.info('a new configuration holds');
    logConfig(log, config);
    warnOfProblems(log, checker);
    const late = Object.keys(readAtStart).filter(
      (name) => !isDeepStrictEqual(readAtStart[name]?.(config), readAtStart[name]?.(first)),
    );
    if (late.length > 0) log.warn({ options: late }, 'these options hold from the next start on');
  }

  function refuse(problem: string): void {
    metrics.configReloaded('rejected');
    log.error({ problem }, 'the new configuration is broken; the old one holds on');
  }

  const readMounted = (): Promise<string> => contentsDigest(mountedFiles(wanted));
  await Promise.all([
    configPath === undefined
      ? undefined
      : watchConfig({ path: configPath, overrides, everyMs, text, onConfig, onProblem }, stop),
    watchContents({ read: readMounted, first: await readMounted(), everyMs, onChange: takeOver }, stop),
  ]);
  await turns;
}

/** Says what is broken of the files that the config names. */
export function warnOfProblems(log: Log, checker: Pick<CurrentChecker, 'problems'>): void {
  for (const problem of checker.problems()) log.warn({ problem }, 'a file is ignored, as a node ignores it');
}

/** The files, and folders of files, beside the config that a checker reads only when it is made. */
export function mountedFiles({ registries, nodeCredentials }: Config): readonly string[] {
  return [...registries.flatMap(({ ca }) => ca ?? []), ...[nodeCredentials.providers?.config ?? []].flat()];
}
