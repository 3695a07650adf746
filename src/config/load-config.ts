import { readFile } from 'node:fs/promises';
import { errorReason } from '../lib/errno.ts';
import type { Overrides } from './overrides.ts';
import { readConfig, type ConfigFile, type ConfigResult } from './read-config.ts';

/** As `ConfigResult`, with the file's text, which tells a later change; empty where there is no file. */
export type LoadedConfig = ConfigResult & { readonly text: string };

/** The config of the file at `path` (none: the defaults) below flags and environment. */
export async function loadConfig(path: string | undefined, overrides: Overrides): Promise<LoadedConfig> {
  if (path === undefined) return { ...readConfig(undefined, overrides), text: '' };
  const file = await readConfigFile(path);
  if ('problem' in file) return { kind: 'invalid', problem: file.problem, text: '' };
  return { ...readConfig(file, overrides), text: file.text };
}

/** The file's text, or one line that says why there is none. */
export async function readConfigFile(path: string): Promise<ConfigFile | { readonly problem: string }> {
  try {
    return { name: path, text: await readFile(path, 'utf8') };
  } catch (error) {
    return { problem: `${path}: cannot be read (${errorReason(error)})` };
  }
}
