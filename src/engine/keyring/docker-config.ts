import { decodeBase64, isUtf8Base64 } from '../../lib/go-base64.ts';
import { equalFold } from '../../lib/equal-fold.ts';
import { jsonMembers } from '../../lib/json-members.ts';
import { parseJson } from '../../lib/json.ts';
import { Redacted } from '../../lib/redacted.ts';
import { configShape, type ConfigShape } from './config-shape.ts';

/** The fields of a Secret that the kubelet reads. The values of `data` are base64, as in the API. */
export interface PullSecret {
  readonly name: string;
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

/** The entry for one registry in a docker config. An empty user name or password counts as none. */
export interface DockerConfigEntry {
  /** As written: a host, a host with a path, or a URL. */
  readonly key: string;
  readonly username: string;
  readonly password: Redacted;
  /** Set if `auth` is not UTF-8. The kubelet cannot send it to the container runtime. */
  readonly unsendable?: true;
}

/** A parsed docker config. `reason` is a fixed phrase that never repeats the data. */
export type DockerConfig =
  | {
      readonly kind: 'entries';
      readonly entries: readonly DockerConfigEntry[];
      /** Why the kubelet may find less in it than its author thinks. */
      readonly shape?: ConfigShape;
    }
  | { readonly kind: 'malformed'; readonly reason: string };

/** `unusable`: the kubelet silently ignores the secret. `malformed`: the kubelet fails every pull of the pod. */
export type SecretConfig = DockerConfig | { readonly kind: 'unusable'; readonly reason: 'wrong-type' | 'wrong-key' };

/**
 * Reads the docker config in a pull secret. Never throws. Mirrors secretsToTrackedDockerConfigs of kubernetes v1.36.3
 * pkg/credentialprovider/secrets.
 */
export function readPullSecret({ type, data }: PullSecret): SecretConfig {
  const format = Object.hasOwn(formats, type) ? formats[type as keyof typeof formats] : undefined;
  if (format === undefined) return { kind: 'unusable', reason: 'wrong-type' };
  const encoded = Object.hasOwn(data, format.dataKey) ? (data[format.dataKey] ?? '') : '';
  if (encoded === '') return { kind: 'unusable', reason: 'wrong-key' };
  const text = decodeBase64(encoded, 'padded');
  return text === undefined ? malformed('the data is not base64') : format.read(text);
}

const formats = {
  'kubernetes.io/dockerconfigjson': { dataKey: '.dockerconfigjson', read: readDockerConfigJson },
  'kubernetes.io/dockercfg': { dataKey: '.dockercfg', read: (text: string) => syntaxFault(text) ?? readAuths(text) },
} as const satisfies Record<string, { readonly dataKey: string; readonly read: (text: string) => DockerConfig }>;

/** Reads the `auths` of a `config.json`. Ignores credential stores, helpers and other fields. Never throws. */
export function readDockerConfigJson(text: string): DockerConfig {
  const fault = syntaxFault(text);
  if (fault !== undefined) return fault;
  if (isNull(text)) return { kind: 'entries', entries: [] };
  if (!isObject(text)) return malformed('the JSON is not an object');
  let entries: readonly DockerConfigEntry[] = [];
  for (const [name, value] of jsonMembers(text)) {
    if (equalFold('httpheaders', name) && !isStringMap(value)) return malformed('HttpHeaders is not a map of strings');
    if (!equalFold('auths', name)) continue;
    const auths = readAuths(value);
    if (auths.kind === 'malformed') return auths;
    // Go 1.26 encoding/json adds a second `auths` to the map of the first. null empties the map.
    entries = isNull(value) ? [] : [...entries, ...auths.entries];
  }
  const shape = configShape(text);
  return { kind: 'entries', entries: lastOfEachKey(entries), ...(shape && { shape }) };
}

function malformed(reason: string): { readonly kind: 'malformed'; readonly reason: string } {
  return { kind: 'malformed', reason };
}

function syntaxFault(text: string): DockerConfig | undefined {
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
 * Reads an entry, or returns what is wrong with it. `auth` takes precedence over `username` and `password`. The kubelet
 * ignores identity tokens and registry tokens, so an entry with nothing else counts as empty. Mirrors
 * dockerConfigEntryWithAuth of kubernetes v1.36.3 pkg/credentialprovider/config.go.
 */
function readEntry(key: string, text: string): DockerConfigEntry | string {
  if (isNull(text)) return { key, username: '', password: new Redacted('') };
  if (!isObject(text)) return 'an entry of auths is not an object';
  const fields = { username: '', password: '', email: '', auth: '' };
  for (const [name, value] of jsonMembers(text)) {
    const field = fieldNames.find((each) => equalFold(each, name));
    if (field === undefined || isNull(value)) continue;
    if (!value.startsWith('"')) return 'a field of an auths entry is not a string';
    fields[field] = JSON.parse(value) as string;
  }
  if (fields.auth === '') return { key, username: fields.username, password: new Redacted(fields.password) };
  const auth = decodeBase64(fields.auth, fields.auth.trim().endsWith('=') ? 'padded' : 'unpadded');
  if (auth === undefined) return 'the auth field of an entry is not base64';
  const colon = auth.indexOf(':');
  if (colon < 0) return 'the auth field of an entry has no colon';
  const entry = { key, username: auth.slice(0, colon), password: new Redacted(auth.slice(colon + 1)) };
  return isUtf8Base64(fields.auth) ? entry : { ...entry, unsendable: true };
}

const fieldNames = ['username', 'password', 'email', 'auth'] as const;

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
