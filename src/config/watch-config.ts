import { watchContents } from '../lib/watch-contents.ts';
import type { Config } from './config.ts';
import { readConfigFile } from './load-config.ts';
import type { Overrides } from './overrides.ts';
import { readConfig, type ConfigFile } from './read-config.ts';

/** The file to follow, and the functions to call after a change. */
export interface ConfigWatch {
  readonly path: string;
  readonly overrides: Overrides;
  /** Time between two reads of the file, in ms. */
  readonly everyMs: number;
  /** The text of the current config. */
  readonly text: string;
  /** Called with each new valid config. */
  readonly onConfig: (config: Config) => void;
  /** Called once after a change if the file is invalid or unreadable. The old config stays active. */
  readonly onProblem: (problem: string) => void;
}

/** Follows the config file until `signal` aborts, then resolves. */
export async function watchConfig(watch: ConfigWatch, signal: AbortSignal): Promise<void> {
  const { path, overrides, everyMs, text, onConfig, onProblem } = watch;
  let file: ConfigFile | { readonly problem: string };

  async function read(): Promise<string> {
    file = await readConfigFile(path);
    return 'problem' in file ? file.problem : file.text;
  }

  function onChange(): void {
    if ('problem' in file) return onProblem(file.problem);
    const result = readConfig(file, overrides);
    if (result.kind === 'config') onConfig(result.config);
    else onProblem(result.problem);
  }

  await watchContents({ read, first: text, everyMs, onChange }, signal);
}
