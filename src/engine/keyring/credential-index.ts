import type { DockerConfigEntry } from './docker-config.ts';
import { covers, parsePattern, type ImagePattern } from './match-images.ts';
import { parseSchemelessUrl } from '../../lib/schemeless-url.ts';

/** A docker config entry. `key` is its key as the kubelet stores it: without scheme, `/v1` and `/v2`. */
export interface IndexedEntry {
  readonly key: string;
  readonly entry: DockerConfigEntry;
  readonly pattern: ImagePattern | undefined;
}

/** The entries of one docker config, indexed for lookups. */
export interface CredentialIndex {
  /** Entries without a star, by host and port. */
  readonly byHost: ReadonlyMap<string, readonly IndexedEntry[]>;
  /** Entries with a star in the host. */
  readonly globs: readonly IndexedEntry[];
  /** Entries with the key `index.docker.io`. They are used for Docker Hub if nothing else matches. */
  readonly hub: readonly IndexedEntry[];
}

/**
 * Indexes the entries of a docker config. Ignores an entry if its key is not a URL. Mirrors Add of kubernetes v1.36.3
 * pkg/credentialprovider/keyring.go.
 */
export function indexEntries(entries: readonly DockerConfigEntry[]): CredentialIndex {
  const indexed = entries.flatMap(indexEntry);
  const literal = indexed.filter(({ pattern }) => pattern !== undefined && !isGlob(pattern));
  return {
    byHost: Map.groupBy(literal, ({ pattern }) => (pattern === undefined ? '' : hostKey(pattern))),
    globs: indexed.filter(({ pattern }) => pattern !== undefined && isGlob(pattern)),
    hub: indexed.filter(({ key }) => key === 'index.docker.io'),
  };
}

/** An index, and where it comes from: for example, the name of a secret or a plugin. */
export interface Holding<Holder> {
  readonly holder: Holder;
  readonly index: CredentialIndex;
}

/** An entry that matches, and where it comes from. */
export interface Match<Holder> extends IndexedEntry {
  readonly holder: Holder;
}

/**
 * Returns the entries that match an image name (`registry/repository`), in the kubelet's order: by key, in reverse
 * alphabetical order, so that a longer path comes first. Entries with equal keys keep the order of `held`. If nothing
 * matches a Docker Hub image, returns the entries with the key `index.docker.io`. Mirrors Lookup of kubernetes v1.36.3
 * pkg/credentialprovider/keyring.go.
 */
export function matchesAmong<Holder>(held: readonly Holding<Holder>[], image: string): readonly Match<Holder>[] {
  const name = held.length === 0 ? undefined : parsePattern(image);
  if (name === undefined) return [];
  const found = held.flatMap(({ holder, index }) =>
    candidates(index, name).flatMap((entry) =>
      entry.pattern !== undefined && covers(entry.pattern, name) ? [{ ...entry, holder }] : [],
    ),
  );
  if (found.length > 0) return found.sort((a, b) => Number(a.key < b.key) - Number(a.key > b.key));
  return isHub(image) ? held.flatMap(({ holder, index }) => index.hub.map((entry) => ({ ...entry, holder }))) : [];
}

function candidates(index: CredentialIndex, image: ImagePattern): readonly IndexedEntry[] {
  return [...(index.byHost.get(hostKey(image)) ?? []), ...index.globs];
}

/**
 * Whether the kubelet uses the key `index.docker.io`, which `docker login` writes, for an image: the host is Docker
 * Hub, or the first segment is not a host. `registry-1.docker.io`, the host that requests go to, does not count.
 */
function isHub(image: string): boolean {
  const [first = ''] = image.split('/', 1);
  return first === 'docker.io' || first === 'index.docker.io' || (first !== '' && !/[.:]/.test(first));
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
