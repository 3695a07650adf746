import { decodeBase64 } from '../../lib/go-base64.ts';
import { jsonMembers } from '../../lib/json-members.ts';
import { parseJson } from '../../lib/json.ts';
import { Redacted } from '../../lib/redacted.ts';

/** The parts of a Secret that the kubelet reads; `data` is base64 as in the API. */
export interface PullSecret {
  readonly name: string;
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

/** One registry's entry of a docker config. An empty user name or password is as good as none. */
export interface DockerConfigEntry {
  /** As written: a host, a host with a path, a URL. */
  readonly key: string;
  readonly username: string;
  readonly password: Redacted;
}

/** What the kubelet reads in a docker config; `reason` is of a fixed vocabulary and never shows the data. */
export type DockerConfig =
  | { readonly kind: 'entries'; readonly entries: readonly DockerConfigEntry[] }
  | { readonly kind: 'malformed'; readonly reason: string };

/** `unusable`: the kubelet passes over the secret in silence. `malformed`: it gives up before it pulls. */
export type SecretConfig = DockerConfig | { readonly kind: 'unusable'; readonly reason: 'wrong-type' | 'wrong-key' };

/**
 * The docker config in a pull secret. Mirrors secretsToTrackedDockerConfigs of kubernetes pkg/credentialprovider/secrets.
 */
export function readPullSecret({ type, data }: PullSecret): SecretConfig {
  const form = Object.hasOwn(forms, type) ? forms[type as keyof typeof forms] : undefined;
  if (form === undefined) return { kind: 'unusable', reason: 'wrong-type' };
  const encoded = Object.hasOwn(data, form.dataKey) ? (data[form.dataKey] ?? '') : '';
  if (encoded === '') return { kind: 'unusable', reason: 'wrong-key' };
  const text = decodeBase64(encoded, 'padded');
  return text === undefined ? malformed('the data is not base64') : form.read(text);
}

const forms = {
  'kubernetes.io/dockerconfigjson': { dataKey: '.dockerconfigjson', read: readDockerConfigJson },
  'kubernetes.io/dockercfg': { dataKey: '.dockercfg', read: (text: string) => valid(text) ?? readAuths(text) },
} as const satisfies Record<string, { readonly dataKey: string; readonly read: (text: string) => DockerConfig }>;

/** A `config.json`: its `auths`; credential stores, helpers and everything else in it are ignored. */
export function readDockerConfigJson(text: string): DockerConfig {
  const fault = valid(text);
  if (fault !== undefined) return fault;
  if (isNull(text)) return { kind: 'entries', entries: [] };
  if (!isObject(text)) return malformed('the JSON is not an object');
  let entries: readonly DockerConfigEntry[] = [];
  for (const [name, value] of jsonMembers(text)) {
    if (/^httpheaders$/iu.test(name) && !isStringMap(value)) return malformed('HttpHeaders is not a map of strings');
    if (!/^auths$/iu.test(name)) continue;
    const auths = readAuths(value);
    if (auths.kind === 'malformed') return auths;
    // Go decodes a second `auths` into the map that the first one made; null empties it.
    entries = isNull(value) ? [] : [...entries, ...auths.entries];
  }
  return { kind: 'entries', entries: lastOfEachKey(entries) };
}

function malformed(reason: string): { readonly kind: 'malformed'; readonly reason: string } {
  return { kind: 'malformed', reason };
}

function valid(text: string): DockerConfig | undefined {
  return parseJson(text) === undefined ? malformed('the data is not JSON') : undefined;
}

function readAuths(text: string): DockerConfig {
  if (isNull(text)) return { kind: 'entries', entries: [] };
  if (!isObject(text)) return malformed('auths is not an object');
  const entries: DockerConfigEntry[] = [];
  for (const [key, value] of jsonMembers(text)) {
    const entry = readEntry(key, value);
    if (typeof entry === 'string') return malformed(entry);
    entries.push(entry);
  }
  return { kind: 'entries', entries: lastOfEachKey(entries) };
}

function lastOfEachKey(entries: readonly DockerConfigEntry[]): readonly DockerConfigEntry[] {
  return [...new Map(entries.map((entry) => [entry.key, entry])).values()];
}

/**
 * An entry, or what is wrong with it. `auth` wins over `username` and `password`; identity and registry tokens are no
 * fields of the kubelet's, so an entry of nothing else is empty. Mirrors dockerConfigEntryWithAuth of kubernetes
 * pkg/credentialprovider/config.go.
 */
function readEntry(key: string, text: string): DockerConfigEntry | string {
  if (isNull(text)) return { key, username: '', password: new Redacted('') };
  if (!isObject(text)) return 'an entry of auths is not an object';
  const fields = { username: '', password: '', email: '', auth: '' };
  for (const [name, value] of jsonMembers(text)) {
    const field = fieldNames.find(([, pattern]) => pattern.test(name))?.[0];
    if (field === undefined || isNull(value)) continue;
    if (!value.startsWith('"')) return 'a field of an entry is not a string';
    fields[field] = JSON.parse(value) as string;
  }
  if (fields.auth === '') return { key, username: fields.username, password: new Redacted(fields.password) };
  const auth = decodeBase64(fields.auth, fields.auth.trim().endsWith('=') ? 'padded' : 'unpadded');
  if (auth === undefined) return 'the auth of an entry is not base64';
  const colon = auth.indexOf(':');
  if (colon < 0) return 'the auth of an entry has no colon';
  return { key, username: auth.slice(0, colon), password: new Redacted(auth.slice(colon + 1)) };
}

/** Go matches field names by Unicode's simple case folding, which the flags `iu` are. */
const fieldNames = [
  ['username', /^username$/iu],
  ['password', /^password$/iu],
  ['email', /^email$/iu],
  ['auth', /^auth$/iu],
] as const;

function isNull(text: string): boolean {
  return text.trim() === 'null';
}

function isObject(text: string): boolean {
  return text.trimStart().startsWith('{');
}

function isStringMap(text: string): boolean {
  if (isNull(text)) return true;
  return isObject(text) && jsonMembers(text).every(([, value]) => value.startsWith('"') || isNull(value));
}
