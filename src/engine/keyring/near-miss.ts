import { splitPort } from '../../lib/schemeless-url.ts';
import { limits } from '../limits.ts';

/**
 * How a docker config key of the image's own host differs from the keys that fit the image.
 * `blank`: it has white space before or after it.
 * `scheme`: it begins with a scheme, but not with `http://` or `https://`.
 * `no-port`, `extra-port`, `other-port`: only the image has a port, only the key has one, or they differ.
 * `case`: it spells the host with other capital letters.
 * `hub`: it is a name of Docker Hub that the kubelet does not use.
 * `path`: it has a path that the image is not below.
 */
export type NearMiss = 'blank' | 'scheme' | 'no-port' | 'extra-port' | 'other-port' | 'case' | 'hub' | 'path';

/**
 * Returns a function that says how the first of `keys` that is for the host of a registry misses it. Call that function
 * only if no key fits. It returns undefined if all keys are for other hosts. It remembers the answer for each registry.
 * The result contains nothing of the keys.
 */
export function nearMisses(keys: readonly string[]): (registry: string) => NearMiss | undefined {
  const known = new Map<string, NearMiss | undefined>();
  return (registry) => {
    if (known.has(registry)) return known.get(registry);
    if (known.size >= limits.hosts) known.clear();
    const miss = firstMiss(keys, registry);
    known.set(registry, miss);
    return miss;
  };
}

function firstMiss(keys: readonly string[], registry: string): NearMiss | undefined {
  const spelling = namedPort(registry).name.toLowerCase();
  const isHub = registry === 'docker.io';
  for (const key of keys) {
    // Most keys are for other hosts, and this comparison is cheap.
    if (!isHub && !key.toLowerCase().includes(spelling)) continue;
    const miss = missOf(key, registry);
    if (miss !== undefined) return miss;
  }
  return undefined;
}

/** Hosts that belong to Docker Hub, and whether the kubelet uses a key with this host for its images. */
const hubHosts: ReadonlyMap<string, boolean> = new Map([
  ['docker.io', true],
  ['index.docker.io', true],
  ['registry-1.docker.io', false],
  ['registry.hub.docker.com', false],
  ['hub.docker.com', false],
  ['docker.com', false],
]);

function missOf(key: string, registry: string): NearMiss | undefined {
  const { scheme, host, path } = partsOf(key.trim());
  const wanted = namedPort(registry);
  const actual = namedPort(host);
  const spelling = actual.name.toLowerCase();
  const isHub = registry === 'docker.io' && hubHosts.has(spelling);
  if (!isHub && spelling !== wanted.name.toLowerCase()) return undefined;
  if (key !== key.trim()) return 'blank';
  if (!/^(?:https?)?$/.test(scheme)) return 'scheme';
  if (isHub && hubHosts.get(spelling) === false) return 'hub';
  if (actual.port !== wanted.port) return portMiss(actual.port, wanted.port);
  if (actual.name !== (isHub ? spelling : wanted.name)) return 'case';
  return path === '' || path === '/' ? undefined : 'path';
}

/** The name without the brackets of an IPv6 address, and the port. */
function namedPort(host: string): ReturnType<typeof splitPort> {
  const { name, port } = splitPort(host);
  return { name: name.replace(/^\[(.*)\]$/, '$1'), port };
}

function portMiss(actual: string, wanted: string): NearMiss {
  if (actual === '') return 'no-port';
  return wanted === '' ? 'extra-port' : 'other-port';
}

function partsOf(key: string): { readonly scheme: string; readonly host: string; readonly path: string } {
  const scheme = /^([a-z][a-z0-9+.-]{0,30}):\/\//i.exec(key);
  const rest = scheme === null ? key : key.slice(scheme[0].length);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  return {
    scheme: scheme?.[1] ?? '',
    host: authority.slice(authority.lastIndexOf('@') + 1),
    path: end < 0 ? '' : rest.slice(end),
  };
}
