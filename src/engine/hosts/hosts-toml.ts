import { durationMs } from '../../lib/go-duration.ts';
import { objectOf, type JsonObject } from '../../lib/json.ts';
import { parseSchemelessUrl } from '../../lib/schemeless-url.ts';

/** The settings of one host in a hosts.toml. Settings that the file does not contain are undefined. */
export interface HostSettings {
  readonly scheme?: 'https' | 'http';
  /** Undefined or empty: the registry itself. */
  readonly host?: string;
  readonly path?: string;
  readonly pull?: boolean;
  readonly resolve?: boolean;
  readonly ca?: readonly string[];
  readonly client?: readonly (readonly [certificate: string, key: string])[];
  readonly skipVerify?: boolean;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds. */
  readonly dialTimeoutMs?: number;
}

/** `invalid`: the container runtime logs an error and continues without the file. */
export type HostsFile =
  | { readonly kind: 'hosts'; readonly hosts: readonly HostSettings[] }
  | { readonly kind: 'invalid'; readonly reason: string };

/**
 * Reads a parsed hosts.toml. `order` has the keys of its host tables in the order of the file, and `absolute` makes a
 * path absolute. The last host comes from the top level of the file: `server`, or the registry itself. Mirrors
 * parseHostsFile of containerd v2.4.2 core/remotes/docker/config/hosts.go.
 */
export function readHostsFile(
  toml: JsonObject,
  order: readonly string[],
  absolute: (path: string) => string,
): HostsFile {
  const { server = '', host = {} } = toml;
  const tables = objectOf(host);
  if (tables !== host) return invalid('host must be a table');
  if (typeof server !== 'string') return invalid('server must be a string');
  const hosts: HostSettings[] = [];
  for (const [url, table] of [
    ...order.map((host) => [host, objectOf(tables[host])] as const),
    [server, toml] as const,
  ]) {
    const settings = readHost(url, table, absolute);
    if (typeof settings === 'string') return invalid(settings);
    hosts.push(settings);
  }
  return { kind: 'hosts', hosts };
}

function invalid(reason: string): HostsFile {
  return { kind: 'invalid', reason };
}

/** Returns the settings of one host, or what is wrong with them. */
function readHost(url: string, table: JsonObject, absolute: (path: string) => string): HostSettings | string {
  const location = readLocation(url, table['override_path'] === true);
  const capabilities = readCapabilities(table['capabilities']);
  const ca = readStrings(table['ca'], absolute);
  const client = readClient(table['client'], absolute);
  const header = readHeader(table['header']);
  const skipVerify = table['skip_verify'];
  const dialTimeout = table['dial_timeout'] ?? '';
  const dialTimeoutMs = typeof dialTimeout === 'string' ? durationMs(dialTimeout) : undefined;

  if (location === undefined) return 'a host must be a URL';
  if (capabilities === undefined) return 'capabilities contains an unknown value';
  if (ca === 'invalid') return 'ca must be a path or a list of paths';
  if (client === 'invalid') return 'client must be a path, or a list of paths or of pairs';
  if (header === 'invalid') return 'header must be a table of strings';
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
  };
}

function isOptional(value: unknown, type: 'boolean'): boolean {
  return value === undefined || typeof value === type;
}

function readLocation(
  written: string,
  overridePath: boolean,
): Pick<HostSettings, 'scheme' | 'host' | 'path'> | undefined {
  if (written === '') return {};
  const full = written.startsWith('http') ? written : `https://${written}`;
  const [, scheme, rest = ''] = /^(https?):\/\/([^]*)$/.exec(full) ?? [];
  if (scheme !== 'https' && scheme !== 'http') return undefined;
  const url = parseSchemelessUrl(rest);
  if (url === undefined) return undefined;
  const clean = `/${url.path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
  const path = clean === '/' ? '' : clean;
  return { scheme, host: url.host, path: overridePath || path.endsWith('/v2') ? path : `${path}/v2` };
}

function readCapabilities(value: unknown): Pick<HostSettings, 'pull' | 'resolve'> | undefined {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return { pull: true, resolve: true };
  if (!Array.isArray(value)) return undefined;
  const names = value.map((name) => (typeof name === 'string' ? name.toLowerCase() : ''));
  if (!names.every((name) => capabilityNames.has(name))) return undefined;
  return { pull: names.includes('pull'), resolve: names.includes('resolve') };
}

const capabilityNames: ReadonlySet<string> = new Set(['pull', 'resolve', 'push', 'referrers']);

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
  const entries = Object.entries(objectOf(value)).map(
    ([name, texts]) => [name, readStrings(texts, (text) => text)] as const,
  );
  const read = entries.filter((entry): entry is readonly [string, readonly string[]] => Array.isArray(entry[1]));
  return read.length < entries.length ? 'invalid' : Object.fromEntries(read);
}
