import { addressRanges, canonicalAddress, isCidr, type AddressRanges } from '../../lib/address.ts';
import { isObject } from '../../lib/json.ts';
import { registryHosts, type RegistryHost } from '../../engine/hosts/registry-hosts.ts';

/** What daemon.json says about registries. */
export interface DockerDaemon {
  /** The mirrors of Docker Hub, in order. Docker asks a mirror of no other registry. */
  readonly mirrors: readonly URL[];
  /** Hosts, with the port, whose certificate is not verified and that may use plain HTTP. */
  readonly insecureHosts: ReadonlySet<string>;
  readonly insecureRanges: AddressRanges;
}

/** `invalid`: the Docker daemon does not start with this file. `reason` is a fixed text. */
export type ReadDockerDaemon =
  { readonly kind: 'daemon'; readonly daemon: DockerDaemon } | { readonly kind: 'invalid'; readonly reason: string };

/** Docker trusts the registries of its own machine. */
const ownRanges = ['::1/128', '127.0.0.0/8'];

/** Docker without a daemon.json. */
export const noDaemonFile: DockerDaemon = {
  mirrors: [],
  insecureHosts: new Set(),
  insecureRanges: addressRanges(ownRanges),
};

/**
 * Reads a parsed daemon.json. Mirrors loadMirrors, ValidateMirror and loadInsecureRegistries of moby v28.5.2
 * registry/config.go.
 */
export function readDockerDaemon(json: unknown): ReadDockerDaemon {
  if (!isObject(json)) return invalid('the file is not a JSON object');
  const mirrors = textsIn(json['registry-mirrors']);
  const insecure = textsIn(json['insecure-registries']);
  if (mirrors === undefined) return invalid('registry-mirrors must be a list of strings');
  if (insecure === undefined) return invalid('insecure-registries must be a list of strings');
  const urls = [...new Set(mirrors.map((mirror) => mirror.replace(/\/$/, '')))].map(mirrorUrl);
  if (!urls.every((url) => url !== undefined)) {
    return invalid('a registry mirror must be a URL with http:// or https://, and without a password or a query');
  }
  const bare = insecure.map((entry) => entry.replace(/^https?:\/\//i, ''));
  if (bare.some((entry) => entry.includes('://') || /^-|-$/.test(entry))) {
    return invalid('an insecure registry must be HOST:PORT or a range of addresses');
  }
  return {
    kind: 'daemon',
    daemon: {
      mirrors: urls,
      insecureHosts: new Set(bare.filter((entry) => !isRange(entry))),
      insecureRanges: addressRanges([...ownRanges, ...bare.filter(isRange)]),
    },
  };
}

function isRange(entry: string): boolean {
  return entry.includes('/') && isCidr(entry);
}

function invalid(reason: string): ReadDockerDaemon {
  return { kind: 'invalid', reason };
}

/** Undefined if the value is not a list of strings. An absent list is empty. */
function textsIn(value: unknown = []): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

function mirrorUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return url.search === '' && url.hash === '' && url.username === '' && url.password === '' ? url : undefined;
}

/**
 * Returns the hosts that Docker asks for an image of a registry, in order. Ranges of insecure addresses hold only for a
 * host that is written as an address: Docker would also look up a name. Mirrors lookupV2Endpoints of moby v28.5.2
 * registry/service_v2.go.
 */
export function dockerHosts(registry: string, daemon: DockerDaemon): readonly RegistryHost[] {
  const [own] = registryHosts(registry);
  if (own === undefined) return [];
  const mirrors = registry === 'docker.io' ? daemon.mirrors : [];
  return [
    ...mirrors.map((url) => mirrorHost(own, url, isInsecure(url.host, daemon))),
    isInsecure(registry, daemon) ? { ...own, scheme: 'https', skipVerify: true, httpFallback: true } : own,
  ];
}

function mirrorHost(own: RegistryHost, { protocol, host, pathname }: URL, insecure: boolean): RegistryHost {
  const path = `${pathname.replace(/\/+$/, '')}/v2`;
  return { ...own, scheme: protocol === 'http:' ? 'http' : 'https', host, path, skipVerify: insecure };
}

function isInsecure(host: string, { insecureHosts, insecureRanges }: DockerDaemon): boolean {
  if (insecureHosts.has(host)) return true;
  if (host === 'docker.io') return false;
  const address = canonicalAddress(host.replace(/:\d+$/, ''));
  return address !== undefined && insecureRanges.contains(address);
}
