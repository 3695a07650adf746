import { readFile, stat } from 'node:fs/promises';
import { indexEntries, type CredentialIndex } from '../engine/keyring/credential-index.ts';
import { readDockerConfigJson } from '../engine/keyring/docker-config.ts';
import { watchedFile, type WatchedFile } from '../lib/watched-file.ts';

/** The present content of the node's docker config file. */
export interface NodeDockerConfig {
  readonly index: CredentialIndex;
  /** Why the file gives no credentials. It never contains text of the file. */
  readonly problem?: string;
}

const maxBytes = 4 * 1024 * 1024;

/**
 * The node's own `config.json`, read again after it changes. If one entry does not parse, the whole file is ignored and
 * the pull continues without it; a pull secret would make the pull fail. `credHelpers` and `credsStore` are ignored. A
 * file that cannot be used is an empty index with a `problem`. `now` in ms. Mirrors ReadDockerConfigJSONFile of
 * kubernetes v1.36.3 pkg/credentialprovider.
 */
export function nodeDockerConfig(file: string, now: () => number): WatchedFile<NodeDockerConfig> {
  return watchedFile(file, readNodeDockerConfig, now);
}

async function readNodeDockerConfig(file: string): Promise<NodeDockerConfig> {
  try {
    if ((await stat(file)).size > maxBytes) return unusable('the file is larger than 4 MiB');
    const config = readDockerConfigJson(await readFile(file, 'utf8'));
    return config.kind === 'malformed' ? unusable(config.reason) : { index: indexEntries(config.entries) };
  } catch {
    return unusable('the file cannot be read');
  }
}

function unusable(problem: string): NodeDockerConfig {
  return { index: indexEntries([]), problem };
}
