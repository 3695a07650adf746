import { durationMs } from '../../lib/go-duration.ts';
import { objectOf, type JsonObject } from '../../lib/json.ts';
import { parseSchemelessUrl } from '../../lib/schemeless-url.ts';

/** What a hosts.toml says of one host; what it does not say is absent. */
export interface HostSettings {
  readonly scheme?: 'https' | 'http';
  /** Absent or empty: the registry itself. */
  readonly host?: string;
  readonly path?: string;
  readonly pull?: boolean;
  readonly resolve?: boolean;
  readonly ca?: readonly string[];
  readonly client?: readonly (readonly [certificate: string, key: string])[];
  readonly skipVerify?: boolean;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  readonly dialTimeoutMs?: number;
}

/** `invalid`: the runtime logs it, and goes on as if the file were not there. */
export type HostsFile =
  | { readonly kind: 'hosts'; readonly hosts: readonly HostSettings[] }
  | { readonly kind: 'invalid'; readonly reason: string };

/**
 * A hosts.toml: `toml` is what it parses to, `order` its host tables as they follow each other, `absolute` makes a path
 * absolute. Mirrors parseHostsFile of containerd core/remotes/docker/config/hosts.go.
 */
export function readHostsFile(
  toml: JsonObject,
  order: readonly string[],
  absolute: (path: string) => string,
): HostsFile {
  const { server = '', host = {} } = toml;
  const tables = objectOf(host);
  if (tables !== host) return invalid('host is not a table');
  if (typeof server !== 'string') return invalid('server is not a string');
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

/** One host, or what is wrong with it. */
function readHost(url: string, table: JsonObject, absolute: (path: string) => string): HostSettings | string {
  const place = readPlace(url, table['override_path'] === true);
  const may = readCapabilities(table['capabilities']);
  const ca = readStrings(table['ca'], absolute);
  const client = readClient(table['client'], absolute);
  const header = readHeader(table['header']);
  const skipVerify = table['skip_verify'];
  const dialTimeout = table['dial_timeout'] ?? '';
  const dialTimeoutMs = typeof dialTimeout === 'string' ? durationMs(dialTimeout) : undefined;

  if (place === undefined) return 'a host is not a URL';
  if (may === undefined) return 'capabilities has an unknown word';
  if (ca === 'invalid') return 'ca is neither a path nor a list of paths';
  if (client === 'invalid') return 'client is neither a path nor a list of paths or of pairs';
  if (header === 'invalid') return 'header is not a table of strings';
  if (!isOptional(skipVerify, 'boolean')) return 'skip_verify is not a boolean';
  if (!isOptional(table['override_path'], 'boolean')) return 'override_path is not a boolean';
  if (dialTimeout !== '' && dialTimeoutMs === undefined) return 'dial_timeout is not a duration';
  return {
    ...place,
    ...may,
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

function readPlace(written: string, overridePath: boolean): Pick<HostSettings, 'scheme' | 'host' | 'path'> | undefined {
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
  const bare = clean === '/' ? '' : clean;
  return { scheme, host: url.host, path: overridePath || bare.endsWith('/v2') ? bare : `${bare}/v2` };
}

function readCapabilities(value: unknown): Pick<HostSettings, 'pull' | 'resolve'> | undefined {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return { pull: true, resolve: true };
  if (!Array.isArray(value)) return undefined;
  const words = value.map((word) => (typeof word === 'string' ? word.toLowerCase() : ''));
  if (!words.every((word) => known.has(word))) return undefined;
  return { pull: words.includes('pull'), resolve: words.includes('resolve') };
}

const known: ReadonlySet<string> = new Set(['pull', 'resolve', 'push', 'referrers']);

function readStrings(value: unknown, mapped: (text: string) => string): readonly string[] | undefined | 'invalid' {
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((item) => typeof item === 'string') ? list.map(mapped) : 'invalid';
}

function readClient(value: unknown, absolute: (path: string) => string): HostSettings['client'] | 'invalid' {
  if (value === undefined) return undefined;
  const pairs = (Array.isArray(value) ? value : [value]).map((pair: unknown) => readStrings(pair, absolute));
  const read: [string, string][] = [];
  for (const [at, pair] of pairs.entries()) {
    const lone = !Array.isArray(value) || typeof value[at] === 'string';
    if (!Array.isArray(pair) || pair.length !== (lone ? 1 : 2)) return 'invalid';
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
