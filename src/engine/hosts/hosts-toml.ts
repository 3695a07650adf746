import { durationMs } from '../../lib/go-duration.ts';
import { isObject, objectOf, type JsonObject } from '../../lib/json.ts';
import { parseSchemelessUrl } from '../../lib/schemeless-url.ts';
import type { RewriteRule } from './rewrite-rule.ts';

/** The settings of one host in a hosts.toml. Settings that the file does not contain are undefined. */
export interface HostSettings {
  readonly scheme?: 'https' | 'http';
  /** Undefined or empty: the registry itself, if this is the last host. */
  readonly host?: string;
  /** Whether every request to this host fails, because its URL has another scheme. */
  readonly unusable?: true;
  readonly path?: string;
  readonly pull?: boolean;
  readonly resolve?: boolean;
  readonly ca?: readonly string[];
  readonly client?: readonly (readonly [certificate: string, key: string])[];
  readonly skipVerify?: boolean;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds. */
  readonly dialTimeoutMs?: number;
  /** Only in the dialect of K3s. */
  readonly rewrite?: readonly RewriteRule[];
}

/**
 * Which containerd reads a hosts.toml. That of K3s and RKE2 is a fork of v2.1.5: it knows the table `rewrite` but not the
 * capability `referrers`, and asks only the hosts of the file if that has hosts and no key `server`.
 */
export type HostsDialect = 'containerd' | 'k3s';

/** `invalid`: the container runtime logs an error and continues without the file. */
export type HostsFile =
  | { readonly kind: 'hosts'; readonly hosts: readonly HostSettings[] }
  | { readonly kind: 'invalid'; readonly reason: string };

/**
 * Reads a parsed hosts.toml. `order` has the keys of its host tables in the order of the file, and `absolute` makes a
 * path absolute. The last host comes from the top level of the file: `server`, or the registry itself. Mirrors
 * parseHostsFile of containerd v2.4.2 core/remotes/docker/config/hosts.go, and of github.com/k3s-io/containerd
 * v2.1.5-k3s1.
 */
export function readHostsFile(
  toml: JsonObject,
  order: readonly string[],
  absolute: (path: string) => string,
  dialect: HostsDialect = 'containerd',
): HostsFile {
  const root = fieldsOf(toml);
  const { server = '', host = {} } = root;
  const tables = objectOf(host);
  if (tables !== host) return invalid('host must be a table');
  if (typeof server !== 'string') return invalid('server must be a string');
  const hosts: HostSettings[] = [];
  const onlyListed = dialect === 'k3s' && order.length > 0 && !Object.hasOwn(toml, 'server');
  for (const [url, table] of [
    ...order.map((host) => [host, fieldsOf(objectOf(tables[host]))] as const),
    ...(onlyListed ? [] : [[server, root] as const]),
  ]) {
    const settings = readHost(url, table, absolute, dialect);
    if (typeof settings === 'string') return invalid(settings);
    hosts.push(settings);
  }
  return { kind: 'hosts', hosts };
}

/** The fields of a table. Their names match in any case, as in go-toml v2.3.1. */
function fieldsOf(table: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name.toLowerCase(), value]));
}

function invalid(reason: string): HostsFile {
  return { kind: 'invalid', reason };
}

/** Returns the settings of one host, or what is wrong with them. */
function readHost(
  url: string,
  table: JsonObject,
  absolute: (path: string) => string,
  dialect: HostsDialect,
): HostSettings | string {
  const location = readLocation(url, table['override_path'] === true);
  const capabilities = readCapabilities(table['capabilities'], dialect);
  const ca = readStrings(table['ca'], absolute);
  const client = readClient(table['client'], absolute);
  const header = readHeader(table['header']);
  const rewrite = dialect === 'k3s' ? readRewrite(table['rewrite']) : undefined;
  const skipVerify = table['skip_verify'];
  const dialTimeout = table['dial_timeout'] ?? '';
  const dialTimeoutMs = typeof dialTimeout === 'string' ? durationMs(dialTimeout) : undefined;

  if (location === undefined) return 'a host must be a URL';
  if (capabilities === undefined) return 'capabilities contains an unknown value';
  if (ca === 'invalid') return 'ca must be a path or a list of paths';
  if (client === 'invalid') return 'client must be a path, or a list of paths or of pairs';
  if (header === 'invalid') return 'header must be a table of strings';
  if (rewrite === 'invalid') return 'rewrite must be a table of strings';
  if (!isOptional(skipVerify, 'boolean')) return 'skip_verify must be a boolean';
  if (!isOptional(table['override_path'], 'boolean')) return 'override_path must be a boolean';
  if (dialTimeout !== '' && dialTimeoutMs === undefined) return 'dial_timeout must be a duration';
  return {
    ...location,
    ...capabilities,
    ...(ca !== undefined && { ca }),
    ...(client !== undefined && { client }),
    ...(header !== undefined && { header }),
    ...(typeof skipVerify === 'boolean' && { skipVerify }),
    ...(dialTimeoutMs !== undefined && { dialTimeoutMs }),
    ...(rewrite !== undefined && { rewrite }),
  };
}

function isOptional(value: unknown, type: 'boolean'): boolean {
  return value === undefined || typeof value === type;
}

/**
 * Returns where a host is, or undefined if its URL is malformed. A text that begins with `http` is taken for a URL: in
 * `http-mirror:5000` the scheme is `http-mirror`, and there is no host. Mirrors url.Parse of net/url in Go 1.26.
 */
function readLocation(
  written: string,
  overridePath: boolean,
): Pick<HostSettings, 'scheme' | 'host' | 'path' | 'unusable'> | undefined {
  if (written === '') return {};
  const full = written.startsWith('http') ? written : `https://${written}`;
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):([^]*)$/i.exec(full) ?? [];
  // Without a scheme there is only a path, whose first part must not contain a colon.
  if (scheme === undefined) return /^[^/]*:/.test(full) ? undefined : { host: '' };
  if (!rest.startsWith('//')) return { host: '' };
  const url = parseSchemelessUrl(rest.slice(2));
  if (url === undefined) return undefined;
  const path = cleanPath(url.path);
  const location = { host: url.host, path: overridePath || path.endsWith('/v2') ? path : `${path}/v2` };
  return scheme === 'https' || scheme === 'http' ? { ...location, scheme } : { ...location, unusable: true };
}

function cleanPath(path: string): string {
  const clean = `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
  return clean === '/' ? '' : clean;
}

function readCapabilities(value: unknown, dialect: HostsDialect): Pick<HostSettings, 'pull' | 'resolve'> | undefined {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return { pull: true, resolve: true };
  if (!Array.isArray(value)) return undefined;
  const names = value.map((name) => (typeof name === 'string' ? name.toLowerCase() : ''));
  if (!names.every((name) => capabilityNames[dialect].has(name))) return undefined;
  return { pull: names.includes('pull'), resolve: names.includes('resolve') };
}

const capabilityNames: Readonly<Record<HostsDialect, ReadonlySet<string>>> = {
  containerd: new Set(['pull', 'resolve', 'push', 'referrers']),
  k3s: new Set(['pull', 'resolve', 'push']),
};

function readStrings(value: unknown, convert: (text: string) => string): readonly string[] | undefined | 'invalid' {
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((item) => typeof item === 'string') ? list.map(convert) : 'invalid';
}

function readClient(value: unknown, absolute: (path: string) => string): HostSettings['client'] | 'invalid' {
  if (value === undefined) return undefined;
  const pairs = (Array.isArray(value) ? value : [value]).map((pair: unknown) => readStrings(pair, absolute));
  const read: [string, string][] = [];
  for (const [at, pair] of pairs.entries()) {
    const isSinglePath = !Array.isArray(value) || typeof value[at] === 'string';
    if (!Array.isArray(pair) || pair.length !== (isSinglePath ? 1 : 2)) return 'invalid';
    const [certificate = '', key = ''] = pair;
    read.push([certificate, key]);
  }
  return read;
}

function readHeader(value: unknown): HostSettings['header'] | 'invalid' {
  if (value === undefined) return undefined;
  if (!isObject(value)) return 'invalid';
  const entries = Object.entries(value).map(([name, texts]) => [name, readStrings(texts, (text) => text)] as const);
  const read = entries.filter((entry): entry is readonly [string, readonly string[]] => Array.isArray(entry[1]));
  return read.length < entries.length ? 'invalid' : Object.fromEntries(read);
}

function readRewrite(value: unknown): readonly RewriteRule[] | undefined | 'invalid' {
  if (value === undefined) return undefined;
  if (!isObject(value)) return 'invalid';
  const rules = Object.entries(value);
  return rules.every((rule): rule is [string, string] => typeof rule[1] === 'string') ? rules : 'invalid';
}
