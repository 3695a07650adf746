import type { DockerConfigEntry } from './docker-config.ts';
import { covers, parsePattern, type ImagePattern } from './match-images.ts';
import { parseSchemelessUrl } from './schemeless-url.ts';

/** An entry under the key that the kubelet files it by: without scheme and without `/v1` or `/v2`. */
export interface IndexedEntry {
  readonly key: string;
  readonly entry: DockerConfigEntry;
  readonly pattern: ImagePattern | undefined;
}

/** The entries of one docker config, made ready for look-ups: by their host, those with a star apart. */
export interface CredentialIndex {
  readonly byHost: ReadonlyMap<string, readonly IndexedEntry[]>;
  readonly globs: readonly IndexedEntry[];
  /** Under the key `index.docker.io`, which answers for Docker Hub where nothing else matches. */
  readonly hub: readonly IndexedEntry[];
}

/** Files entries as the kubelet does (Add of pkg/credentialprovider/keyring.go); a key that is no URL is passed over. */
export function indexEntries(entries: readonly DockerConfigEntry[]): CredentialIndex {
  const indexed = entries.flatMap(indexEntry);
  const literal = indexed.filter(({ pattern }) => pattern !== undefined && !isGlob(pattern));
  return {
    byHost: Map.groupBy(literal, ({ pattern }) => (pattern === undefined ? '' : hostKey(pattern))),
    globs: indexed.filter(({ pattern }) => pattern !== undefined && isGlob(pattern)),
    hub: indexed.filter(({ key }) => key === 'index.docker.io'),
  };
}

/** The entries that cover an image name, in no particular order. */
export function matchingEntries(index: CredentialIndex, image: ImagePattern): readonly IndexedEntry[] {
  const candidates = [...(index.byHost.get(hostKey(image)) ?? []), ...index.globs];
  return candidates.filter(({ pattern }) => pattern !== undefined && covers(pattern, image));
}

function indexEntry(entry: DockerConfigEntry): readonly IndexedEntry[] {
  const url = parseSchemelessUrl(entry.key.replace(/^https?:\/\//, ''));
  if (url === undefined) return [];
  const path = /^\/v[12]\//.test(url.path) ? url.path.slice(3) : url.path;
  const key = path === '/' ? url.host : `${url.host}${path}`;
  return [{ key, entry, pattern: parsePattern(key) }];
}

function isGlob({ labels }: ImagePattern): boolean {
  return labels.some((label) => label.includes('*'));
}

function hostKey({ labels, port }: ImagePattern): string {
  return `${labels.join('.')} ${port}`;
}
