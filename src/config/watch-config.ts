import { setInterval } from 'node:timers/promises';
import type { Config } from './config.ts';
import { readConfigFile } from './load-config.ts';
import type { Overrides } from './overrides.ts';
import { readConfig } from './read-config.ts';

/** What is followed, and who is told. */
export interface ConfigWatch {
  readonly path: string;
  readonly overrides: Overrides;
  /** Between two looks at the file, in ms. */
  readonly everyMs: number;
  /** The text that the config in force was read from. */
  readonly text: string;
  /** A new config that holds from now on. */
  readonly onConfig: (config: Config) => void;
  /** The file changed to something broken, said once: the old config goes on. */
  readonly onProblem: (problem: string) => void;
}

/**
 * Follows the file until `signal` aborts. It compares contents, not times: a ConfigMap's files are swapped by a
 * symbolic link two levels up, editors replace files, and neither shows reliably in a time stamp or in inotify.
 */
export async function watchConfig(watch: ConfigWatch, signal: AbortSignal): Promise<void> {
  let seen = watch.text;
  try {
    for await (const _ of setInterval(watch.everyMs, undefined, { signal, ref: false })) {
      const file = await readConfigFile(watch.path);
      const now = 'problem' in file ? file.problem : file.text;
      if (now === seen) continue;
      seen = now;
      if ('problem' in file) {
        watch.onProblem(file.problem);
        continue;
      }
      const result = readConfig(file, watch.overrides);
      if (result.kind === 'config') watch.onConfig(result.config);
      else watch.onProblem(result.problem);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
