import { isLoopbackHost } from './loopback.ts';
import { hostsTomlText, type K3sEndpoint, type K3sHosts } from './k3s-hosts-toml.ts';
import type { K3sFlags, K3sMirror, K3sRegistries } from './k3s-registries.ts';
import type { RegistryConfig } from './registry-config.ts';
import { parseSchemelessUrl, splitPort } from '../../lib/schemeless-url.ts';

/**
 * Returns the files hosts.toml that the agent of K3s writes for containerd, by the name of the registry: its folder in
 * `certs.d`. `_default` is for all other registries. Mirrors getHostConfigs of k3s-io/k3s v1.34
 * pkg/agent/containerd/config.go.
 */
export function k3sHostsFiles(registries: K3sRegistries, flags: K3sFlags): ReadonlyMap<string, string> {
  const hosts = new Map<string, K3sHosts>();
  for (const [host, config] of registries.configs) {
    const hostsOf = defaultHosts(host, config);
    if (hostsOf !== undefined) hosts.set(folderOf(host), hostsOf);
  }
  for (const [host, mirror] of registries.mirrors) {
    // The agent looks for `*` and not for `_default`, so mirrors for every registry replace the config of every registry.
    const listed = host === '*' ? undefined : hosts.get(host);
    const before = listed ?? unlisted(host, registries, flags);
    if (before !== undefined) hosts.set(folderOf(host), withMirror(before, mirror, registries));
  }
  const needed = [...hosts].filter(([, { server, endpoints }]) => endpoints.length > 0 || hasSettings(server));
  return new Map(needed.map(([host, hostsOf]) => [host, hostsTomlText(hostsOf)]));
}

function folderOf(host: string): string {
  return host === '*' ? '_default' : host;
}

/** The hosts of a registry without mirrors. Undefined if its name is not a URL: the agent logs an error. */
function defaultHosts(host: string, config: RegistryConfig): K3sHosts | undefined {
  const location = locationOf(host);
  if (location === undefined) return undefined;
  const url = host === '*' ? {} : { url: location.url };
  return { server: { ...url, config, rewrite: [], overridePath: false }, endpoints: [] };
}

/** The hosts of a registry that has mirrors and no config. */
function unlisted(host: string, { configs }: K3sRegistries, flags: K3sFlags): K3sHosts | undefined {
  const hosts = defaultHosts(host, configFor(configs, host));
  if (hosts === undefined) return undefined;
  if (flags.disableDefaultEndpoint) return { endpoints: [] };
  // Without a host, the default endpoint is the registry of the image.
  return host === '*' ? { server: { url: '', config: {}, rewrite: [], overridePath: false }, endpoints: [] } : hosts;
}

function withMirror(hosts: K3sHosts, mirror: K3sMirror, { configs }: K3sRegistries): K3sHosts {
  const endpoints = new Map<string, K3sEndpoint>();
  let { server } = hosts;
  for (const [at, written] of mirror.endpoints.entries()) {
    const location = locationOf(written);
    // The agent ignores an endpoint that is not a URL, or that it has seen before.
    if (location === undefined || endpoints.has(location.url)) continue;
    const { url, overridePath } = location;
    const endpoint = { url, overridePath, config: configFor(configs, location.registry), rewrite: mirror.rewrite };
    const isServer = at + 1 === mirror.endpoints.length && url === (server?.url ?? '');
    if (isServer) server = endpoint;
    else endpoints.set(url, endpoint);
  }
  return { ...(server !== undefined && { server }), endpoints: [...hosts.endpoints, ...endpoints.values()] };
}

function configFor(configs: K3sRegistries['configs'], host: string): RegistryConfig {
  return configs.get(defaultHostOf(host)) ?? configs.get(host) ?? {};
}

function defaultHostOf(host: string): string {
  return host === 'docker.io' ? hubHost : host;
}

const hubHost = 'registry-1.docker.io';

function hasSettings(server: K3sEndpoint | undefined): boolean {
  if (server === undefined) return false;
  const { overridePath, config, rewrite } = server;
  return overridePath || config.auth !== undefined || config.tls !== undefined || rewrite.length > 0;
}

interface Location {
  readonly url: string;
  /** The key of its config. */
  readonly registry: string;
  readonly overridePath: boolean;
}

/**
 * Returns where an endpoint is. Undefined if it is not a URL. A path other than `/v2` stays as it is. Mirrors
 * normalizeEndpointAddress of pkg/agent/containerd/config.go.
 */
function locationOf(endpoint: string): Location | undefined {
  const [, written = '', rest = endpoint] = /^([^/]*):\/\/([^]*)$/.exec(endpoint) ?? [];
  if (endpoint.includes('://') && !/^[a-z][a-z0-9+.-]*$/i.test(written)) return undefined;
  const parsed = parseSchemelessUrl(rest);
  if (parsed === undefined) return undefined;
  const { host: registry } = parsed;
  const host = defaultHostOf(registry);
  const { port } = splitPort(registry);
  const isPlain = isLoopbackHost(registry) && port !== '' && port !== '443';
  const scheme = written === '' ? (isPlain ? 'http' : 'https') : written.toLowerCase();
  const isDefaultPath = ['', '/', '/v2'].includes(parsed.path);
  const [, userinfo = '', path = ''] = /^((?:[^/?#]*@)?)[^/?#]*([^]*)$/.exec(rest) ?? [];
  const suffix = isDefaultPath ? `/v2${path.replace(/^[^?#]*/, '')}` : path;
  return {
    url: `${scheme}://${userinfo}${host}${suffix}`,
    registry: host === hubHost ? 'docker.io' : registry,
    overridePath: !isDefaultPath,
  };
}
