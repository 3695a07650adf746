import { readFile, stat } from 'node:fs/promises';
import { indexEntries, type CredentialIndex } from '../engine/keyring/credential-index.ts';
import { readDockerConfigJson } from '../engine/keyring/docker-config.ts';
import { watchedFile, type WatchedFile } from '../lib/watched-file.ts';

/** What the node's docker config file holds now. */
export interface NodeDockerConfig {
  readonly index: CredentialIndex;
  /** Why the file gives nothing, in words of a fixed vocabulary: the kubelet goes on without it. */
  readonly problem?: string;
}

const maxBytes = 4 * 1024 * 1024;

/**
 * The node's own `config.json`, read again when it changes. One entry that does not parse takes the whole file with it,
 * and the pull goes on without, unlike for a pull secret; `credHelpers` and `credsStore` are ignored. Mirrors
 * ReadDockerConfigJSONFile of kubernetes pkg/credentialprovider.
 */
export function nodeDockerConfig(file: string, now: () => number): WatchedFile<NodeDockerConfig> {
  return watchedFile(file, readNodeDockerConfig, now);
}

async function readNodeDockerConfig(file: string): Promise<NodeDockerConfig> {
  try {
    if ((await stat(file)).size > maxBytes) return nothing('the file is larger than 4 MiB');
    const config = readDockerConfigJson(await readFile(file, 'utf8'));
    return config.kind === 'malformed' ? nothing(config.reason) : { index: indexEntries(config.entries) };
  } catch {
    return nothing('the file cannot be read');
  }
}

function nothing(problem: string): NodeDockerConfig {
  return { index: indexEntries([]), problem };
}
