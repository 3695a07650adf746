import type { HostSettings } from './hosts-toml.ts';
import { isLoopbackHost } from './loopback.ts';

/** One place where a runtime looks an image up: the registry itself or a mirror of it. */
export interface RegistryHost {
  readonly scheme: 'https' | 'http';
  /** Host and port, as the image or the hosts.toml spells them. */
  readonly host: string;
  /** What `/REPOSITORY/manifests/REFERENCE` hangs under: `/v2`, or what `override_path` says. */
  readonly path: string;
  /** Whether manifests and blobs are fetched here by digest. */
  readonly pull: boolean;
  /** Whether tags are looked up here. */
  readonly resolve: boolean;
  /** Sent with every request to this host. */
  readonly header: Readonly<Record<string, readonly string[]>>;
  readonly skipVerify: boolean;
  /** Absolute paths of PEM files, trusted beside the system's. */
  readonly ca: readonly string[];
  /** Absolute paths of certificate and key; an empty key: it is in the certificate's file. */
  readonly client: readonly (readonly [certificate: string, key: string])[];
  readonly dialTimeoutMs?: number;
  /** TLS is tried first; where the other side does not speak it, the same request goes over plain HTTP. */
  readonly httpFallback: boolean;
}

/**
 * The hosts where an image of `registry` is looked up, in order; `settings` is what the registry's hosts.toml says,
 * undefined where there is none. Mirrors ConfigureHosts of containerd core/remotes/docker/config/hosts.go.
 */
export function registryHosts(registry: string, settings: readonly HostSettings[] = [{}]): readonly RegistryHost[] {
  return settings.map((host, at) => {
    const last = at === settings.length - 1;
    return withScheme(last && (host.host ?? '') === '' ? { ...host, ...ownHost(registry, host) } : host);
  });
}

/** Whether `host` is asked on behalf of another registry, and is told which by the `ns` parameter. */
export function isMirror(host: RegistryHost, registry: string): boolean {
  return host.host !== registry && !(registry === 'docker.io' && host.host === hubHost);
}

const hubHost = 'registry-1.docker.io';

/** The host that a hosts.toml without `server`, or no hosts.toml at all, stands for. */
function ownHost(registry: string, { skipVerify }: HostSettings): HostSettings {
  const everything = { path: '/v2', pull: true, resolve: true } as const;
  if (registry === 'docker.io') return { ...everything, scheme: 'https', host: hubHost };
  // Upper case is not taken for loopback: `LOCALHOST` is asked by https alone.
  if (!isLoopbackHost(registry) || registry !== registry.toLowerCase())
    return { ...everything, scheme: 'https', host: registry };
  const port = portOf(registry);
  const trusting = port === '80' ? skipVerify : true;
  return {
    ...everything,
    scheme: port === '' || port === '443' ? 'https' : 'http',
    host: registry,
    ...(trusting !== undefined && { skipVerify: trusting }),
  };
}

/** A host of scheme http for which TLS was set up is ambiguous: TLS first, unless the port says http. */
function withScheme(settings: HostSettings): RegistryHost {
  const { scheme = 'https', host = '', path = '/v2', ca, client, skipVerify, dialTimeoutMs } = settings;
  const tlsSetUp = ca !== undefined || client !== undefined || skipVerify !== undefined;
  const httpFallback = scheme === 'http' && tlsSetUp && portOf(host) !== '80';
  return {
    scheme: httpFallback ? 'https' : scheme,
    host,
    path,
    pull: settings.pull ?? true,
    resolve: settings.resolve ?? true,
    header: settings.header ?? {},
    skipVerify: skipVerify ?? false,
    ca: ca ?? [],
    client: client ?? [],
    ...(dialTimeoutMs !== undefined && { dialTimeoutMs }),
    httpFallback,
  };
}

/** What follows the last colon of `host:port`; empty where there is none, or where it is part of a bare IPv6 address. */
function portOf(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon < 0 || host.endsWith(']') || (host.indexOf(':') < colon && !host.startsWith('['))
    ? ''
    : host.slice(colon + 1);
}
