import type { HostSettings } from './hosts-toml.ts';
import { isLoopbackHost } from './loopback.ts';
import type { RewriteRule } from './rewrite-rule.ts';

/** One host that a container runtime asks for an image: the registry itself or a mirror of it. */
export interface RegistryHost {
  readonly scheme: 'https' | 'http';
  /** Host and port, as written in the image or in hosts.toml. */
  readonly host: string;
  /** The URL path before `/REPOSITORY/manifests/REFERENCE`: ends with `/v2`, unless `override_path` is set. */
  readonly path: string;
  /** Whether manifests and blobs may be fetched from this host by digest. */
  readonly pull: boolean;
  /** Whether tags may be resolved at this host. */
  readonly resolve: boolean;
  /** Headers that are sent with every request to this host. */
  readonly header: Readonly<Record<string, readonly string[]>>;
  /** Whether the TLS certificate is not verified. */
  readonly skipVerify: boolean;
  /** Absolute paths of PEM files with certificate authorities that are trusted in addition to the system's. */
  readonly ca: readonly string[];
  /** Absolute paths of client certificates and keys. If the key is empty, the file of the certificate contains it. */
  readonly client: readonly (readonly [certificate: string, key: string])[];
  /** Milliseconds. */
  readonly dialTimeoutMs?: number;
  /** Whether a request is sent again over plain HTTP if the host does not support TLS. */
  readonly httpFallback: boolean;
  /** Whether every request to this host fails, because its URL has no host or an unknown scheme. */
  readonly unusable?: true;
  /** What the host's containerd changes in the repository. Only for nodes of K3s and RKE2. */
  readonly rewrite?: readonly RewriteRule[];
}

/**
 * Returns the hosts that a container runtime asks for an image of `registry`, in order. `settings` comes from the
 * registry's hosts.toml; undefined if there is none. Mirrors ConfigureHosts of containerd v2.4.2
 * core/remotes/docker/config/hosts.go.
 */
export function registryHosts(registry: string, settings: readonly HostSettings[] = [{}]): readonly RegistryHost[] {
  return settings.map((host, at) => {
    const last = at === settings.length - 1;
    return withScheme(last && (host.host ?? '') === '' ? { ...host, ...ownHost(registry, host) } : host);
  });
}

/** Returns whether `host` is a mirror of `registry`. A mirror gets the name of the registry in the `ns` parameter. */
export function isMirror(host: RegistryHost, registry: string): boolean {
  return host.host !== registry && !(registry === 'docker.io' && host.host === hubHost);
}

const hubHost = 'registry-1.docker.io';

/** The host of the registry itself, which is used without a hosts.toml, or if it has no `server`. */
function ownHost(registry: string, { skipVerify }: HostSettings): HostSettings {
  const defaults = { path: '/v2', pull: true, resolve: true } as const;
  if (registry === 'docker.io') return { ...defaults, scheme: 'https', host: hubHost };
  // Loopback names are case-sensitive here: `LOCALHOST` gets only https.
  if (!isLoopbackHost(registry) || registry !== registry.toLowerCase())
    return { ...defaults, scheme: 'https', host: registry };
  const port = portOf(registry);
  const skipsVerification = port === '80' ? skipVerify : true;
  return {
    ...defaults,
    scheme: port === '' || port === '443' ? 'https' : 'http',
    host: registry,
    ...(skipsVerification !== undefined && { skipVerify: skipsVerification }),
  };
}

/** If the scheme is http but there are TLS settings, TLS is tried first, unless the port is 80. */
function withScheme(settings: HostSettings): RegistryHost {
  const { scheme = 'https', host = '', path = '/v2', ca, client, skipVerify, dialTimeoutMs, rewrite } = settings;
  const hasTlsSettings = ca !== undefined || client !== undefined || skipVerify !== undefined;
  const httpFallback = scheme === 'http' && hasTlsSettings && portOf(host) !== '80';
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
    ...(rewrite !== undefined && { rewrite }),
    ...((settings.unusable === true || host === '') && { unusable: true }),
  };
}

/** The port of `host:port`. Empty if there is none, or if the host is an IPv6 address without brackets. */
function portOf(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon < 0 || host.endsWith(']') || (host.indexOf(':') < colon && !host.startsWith('['))
    ? ''
    : host.slice(colon + 1);
}
