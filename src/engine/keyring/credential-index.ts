import type { DockerConfigEntry } from './docker-config.ts';
import { parsePattern, type ImagePattern } from './match-images.ts';
import { addToList } from '../../lib/add-to-list.ts';
import { parseSchemelessUrl } from '../../lib/schemeless-url.ts';
import { atOnce, type Steps } from '../../lib/steps.ts';

/** A docker config entry. `key` is its key as the kubelet stores it: without scheme, `/v1` and `/v2`. */
export interface IndexedEntry {
  readonly key: string;
  readonly entry: DockerConfigEntry;
  readonly pattern: ImagePattern | undefined;
}

/** The entries of one docker config, indexed for lookups. */
export interface CredentialIndex {
  /** Entries without a star in the host, by `hostKey`. */
  readonly byHost: ReadonlyMap<string, readonly IndexedEntry[]>;
  /** Entries with a star in the host, by `globKey`. */
  readonly globs: ReadonlyMap<string, readonly IndexedEntry[]>;
  /** Entries with the key `index.docker.io`. They are used for Docker Hub if nothing else matches. */
  readonly hub: readonly IndexedEntry[];
  /** Number of entries in `globs`. */
  readonly stars: number;
  /** Whether no entry has both a user name and a password. */
  readonly blank: boolean;
}

/** How many entries are indexed in one step. */
const entriesPerStep = 500;

/**
 * Indexes the entries of a docker config, in steps of a few milliseconds. Ignores an entry if its key is not a URL.
 * Mirrors Add of kubernetes v1.36.3 pkg/credentialprovider/keyring.go.
 */
export function* indexSteps(entries: readonly DockerConfigEntry[]): Steps<CredentialIndex> {
  const byHost = new Map<string, IndexedEntry[]>();
  const globs = new Map<string, IndexedEntry[]>();
  const hub: IndexedEntry[] = [];
  let stars = 0;
  let blank = true;
  for (const [at, entry] of entries.entries()) {
    if (at % entriesPerStep === entriesPerStep - 1) yield;
    const indexed = indexEntry(entry);
    if (indexed === undefined) continue;
    const { key, pattern } = indexed;
    if (pattern !== undefined && isGlob(pattern)) {
      addToList(globs, globKey(pattern), indexed);
      stars += 1;
    } else if (pattern !== undefined) addToList(byHost, hostKey(pattern), indexed);
    if (key === 'index.docker.io') hub.push(indexed);
    blank &&= isBlank(indexed);
  }
  return { byHost, globs, hub, stars, blank };
}

/** Indexes the entries of a docker config at once. */
export function indexEntries(entries: readonly DockerConfigEntry[]): CredentialIndex {
  return atOnce(indexSteps(entries));
}

/** Returns whether an entry has no user name or no password. The kubelet then pulls without a credential. */
export function isBlank({ entry }: IndexedEntry): boolean {
  return entry.username === '' || entry.password.empty;
}

/** Returns a text that is equal for the same host and port. */
export function hostKey({ labels, port }: ImagePattern): string {
  return `${labels.join('.')} ${port}`;
}

/** Returns a text that is equal for all hosts that one pattern with a star can match. */
export function globKey({ labels, port }: ImagePattern): string {
  return `${labels.length} ${port}`;
}

function indexEntry(entry: DockerConfigEntry): IndexedEntry | undefined {
  const url = parseSchemelessUrl(entry.key.replace(/^https?:\/\//, ''));
  if (url === undefined) return undefined;
  const path = /^\/v[12]\//.test(url.path) ? url.path.slice(3) : url.path;
  const key = path === '/' ? url.host : `${url.host}${path}`;
  return { key, entry, pattern: parsePattern(key) };
}

function isGlob({ labels }: ImagePattern): boolean {
  return labels.some((label) => label.includes('*'));
}
