import { watchContents } from '../lib/watch-contents.ts';
import type { Config } from './config.ts';
import { readConfigFile } from './load-config.ts';
import type { Overrides } from './overrides.ts';
import { readConfig, type ConfigFile } from './read-config.ts';

/** What is followed, and who is told. */
export interface ConfigWatch {
  readonly path: string;
  readonly overrides: Overrides;
  /** Between two readings of the file, in ms. */
  readonly everyMs: number;
  /** The text that the config in force was read from. */
  readonly text: string;
  /** A new config that holds from now on. */
  readonly onConfig: (config: Config) => void;
  /** The file changed to something broken, said once: the old config stays in force. */
  readonly onProblem: (problem: string) => void;
}

/** Follows the config file until `signal` aborts. */
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
