import { readFile } from 'node:fs/promises';
import { errorReason } from '../lib/errno.ts';
import type { Overrides } from './overrides.ts';
import { readConfig, type ConfigFile, type ConfigResult } from './read-config.ts';

/** A `ConfigResult` with the text of the file, to detect later changes. The text is empty if there is no file. */
export type LoadedConfig = ConfigResult & { readonly text: string };

/** A config that can be used. */
export type ValidConfig = Exclude<LoadedConfig, { readonly kind: 'invalid' }>;

/**
 * Returns the config of the file at `path`, or the defaults if `path` is undefined. Flags and environment have
 * priority. An unreadable or wrong file gives `invalid`.
 */
export async function loadConfig(path: string | undefined, overrides: Overrides): Promise<LoadedConfig> {
  if (path === undefined) return { ...readConfig(undefined, overrides), text: '' };
  const file = await readConfigFile(path);
  if ('problem' in file) return { kind: 'invalid', problem: file.problem, text: '' };
  return { ...readConfig(file, overrides), text: file.text };
}

/** Returns the config as `loadConfig` does. Throws an Error with one line if it is invalid. */
export async function requireConfig(path: string | undefined, overrides: Overrides): Promise<ValidConfig> {
  const loaded = await loadConfig(path, overrides);
  if (loaded.kind === 'invalid') throw new Error(loaded.problem);
  return loaded;
}

/**
 * Returns the text of a file. If the file cannot be read, returns `problem`, one line with the reason. Never throws.
 */
export async function readConfigFile(path: string): Promise<ConfigFile | { readonly problem: string }> {
  try {
    return { name: path, text: await readFile(path, 'utf8') };
  } catch (error) {
    return { problem: `${path}: cannot be read (${errorReason(error)})` };
  }
}
