import type { DockerConfigEntry } from './docker-config.ts';
import { covers, parsePattern, type ImagePattern } from './match-images.ts';
import { parseSchemelessUrl } from '../../lib/schemeless-url.ts';

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

/** Who holds an index: a secret, a plugin. */
export interface Holding<Holder> {
  readonly holder: Holder;
  readonly index: CredentialIndex;
}

/** An entry that matched, and who holds it. */
export interface Match<Holder> extends IndexedEntry {
  readonly holder: Holder;
}

/**
 * The entries that cover an image name (`registry/repository`), in the kubelet's order: longer keys (in truth: keys that
 * sort later) first, and among equal keys the holder that comes first. Docker Hub's own key answers where none does.
 * Mirrors Lookup of kubernetes pkg/credentialprovider/keyring.go.
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
 * Docker Hub by name, or a first segment that is no host: both fall back on the key `index.docker.io`, which is what
 * `docker login` writes. The host that is really asked, `registry-1.docker.io`, is no name of an image, and no key.
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
