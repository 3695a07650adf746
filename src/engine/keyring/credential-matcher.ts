import { limits } from '../limits.ts';
import { globKey, hostKey, type CredentialIndex, type IndexedEntry } from './credential-index.ts';
import { addToList } from '../../lib/add-to-list.ts';
import { coversHost, parsePattern, type ImagePattern } from './match-images.ts';

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
 * alphabetical order, so that a longer path comes first. Entries with equal keys keep the order in which they are held.
 * If more than `most` entries match, returns only that many, those with the longest paths.
 */
export type CredentialMatcher<Holder> = (image: string, most?: number) => readonly Match<Holder>[];

/** The entries that match one host, by their path. */
type ByPath<Holder> = ReadonlyMap<string, readonly Match<Holder>[]>;

/**
 * Returns a matcher for some indexes. It collects the entries of a host once and then looks paths up, so that many
 * images of a host take no longer with many entries. If nothing matches a Docker Hub image, it returns the entries with
 * the key `index.docker.io`. Mirrors Lookup of kubernetes v1.36.3 pkg/credentialprovider/keyring.go.
 */
export function credentialMatcher<Holder>(held: readonly Holding<Holder>[]): CredentialMatcher<Holder> {
  const hosts = new Map<string, ByPath<Holder>>();
  const hub = held.flatMap(({ holder, index }) => index.hub.map((entry) => ({ ...entry, holder })));

  function entriesFor(name: ImagePattern): ByPath<Holder> {
    const key = hostKey(name);
    const known = hosts.get(key) ?? collect(held, name);
    // An object has no more hosts than this, but the entries of a node are used for all objects.
    if (hosts.size >= limits.hosts) hosts.clear();
    hosts.set(key, known);
    return known;
  }

  return (image, most = Infinity) => {
    const name = held.length === 0 ? undefined : parsePattern(image);
    if (name === undefined) return [];
    const found = below(entriesFor(name), name.path, most);
    if (found.length > 0) return found.sort((a, b) => Number(a.key < b.key) - Number(a.key > b.key));
    return isHub(image) ? hub.slice(0, most) : [];
  };
}

/** Returns the entries that match an image name. For one name only: see `credentialMatcher`. */
export function matchesAmong<Holder>(held: readonly Holding<Holder>[], image: string): readonly Match<Holder>[] {
  return credentialMatcher(held)(image);
}

function collect<Holder>(held: readonly Holding<Holder>[], name: ImagePattern): ByPath<Holder> {
  const byPath = new Map<string, Match<Holder>[]>();
  for (const { holder, index } of held) {
    const literal = index.byHost.get(hostKey(name)) ?? [];
    const starred = index.globs.get(globKey(name)) ?? [];
    for (const entry of [...literal, ...starred]) {
      if (entry.pattern === undefined || !coversHost(entry.pattern, name)) continue;
      addToList(byPath, entry.pattern.path, { ...entry, holder });
    }
  }
  return byPath;
}

/** The entries whose path is a prefix of `path`, the longest first. */
function below<Holder>(entries: ByPath<Holder>, path: string, most: number): Match<Holder>[] {
  const found: Match<Holder>[] = [];
  if (entries.size === 0) return found;
  for (let length = path.length; length >= 0 && found.length < most; length -= 1) {
    for (const entry of entries.get(path.slice(0, length)) ?? []) {
      if (found.length >= most) break;
      found.push(entry);
    }
  }
  return found;
}

/**
 * Whether the kubelet uses the key `index.docker.io`, which `docker login` writes, for an image: the host is Docker
 * Hub, or the first segment is not a host. `registry-1.docker.io`, the host that requests go to, does not count.
 */
function isHub(image: string): boolean {
  const [first = ''] = image.split('/', 1);
  return first === 'docker.io' || first === 'index.docker.io' || (first !== '' && !/[.:]/.test(first));
}
