import type { RegistryConfig } from './registry-config.ts';
import type { RegistryHost } from './registry-hosts.ts';
import { isLoopbackHost } from './loopback.ts';
import { parseSchemelessUrl } from '../../lib/schemeless-url.ts';

/** The tables `registry.mirrors` and `registry.configs` of containerd's config.toml, which a `config_path` replaces. */
export interface LegacyMirrors {
  /** Endpoints by the name of a registry, or `*` for every registry that is not listed. */
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
  readonly configs: ReadonlyMap<string, RegistryConfig>;
}

/**
 * Returns the hosts that containerd asks for an image of `registry` without a `config_path`. Undefined if an endpoint is
 * not a URL, so that every pull from the registry fails. Only containerd 1.x knows TLS settings in `configs`. Mirrors registryHosts and registryEndpoints of containerd v2.4.2 internal/cri/server/images/image_pull.go, and of
 * containerd v1.7.35 pkg/cri/server/image_pull.go.
 */
export function legacyHosts(
  registry: string,
  { mirrors, configs }: LegacyMirrors,
): readonly RegistryHost[] | undefined {
  const listed = mirrors.get(registry) ?? mirrors.get('*') ?? [];
  const endpoints = listed.map(locationOf);
  if (!endpoints.every((endpoint) => endpoint !== undefined)) return undefined;
  const own = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const ownEndpoint = { scheme: isLoopbackHost(own) ? 'http' : 'https', host: own, path: '' };
  const all = endpoints.some(({ host }) => host === registry) ? endpoints : [...endpoints, ownEndpoint];
  return all.map(({ scheme, host, path }) => {
    const { tls } = configs.get(host) ?? {};
    const isWeb = scheme === 'https' || scheme === 'http';
    return {
      scheme: scheme === 'http' ? 'http' : 'https',
      host,
      path: path === '' ? '/v2' : path,
      pull: true,
      resolve: true,
      header: {},
      skipVerify: tls?.skipVerify ?? false,
      ca: tls === undefined || tls.caFile === '' ? [] : [tls.caFile],
      client: tls === undefined || tls.certFile === '' ? [] : [[tls.certFile, tls.keyFile]],
      httpFallback: false,
      ...((!isWeb || host === '') && { unusable: true }),
    };
  });
}

function locationOf(
  endpoint: string,
): { readonly scheme: string; readonly host: string; readonly path: string } | undefined {
  const [, scheme, rest = endpoint] = /^([a-z][a-z0-9+.-]*):\/\/([^]*)$/i.exec(endpoint) ?? [];
  if (scheme === undefined && endpoint.includes('://')) return undefined;
  const url = parseSchemelessUrl(rest);
  if (url === undefined) return undefined;
  return { ...url, scheme: scheme?.toLowerCase() ?? (isLoopbackHost(url.host) ? 'http' : 'https') };
}
