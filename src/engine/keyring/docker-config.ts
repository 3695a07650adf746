import { decodeBase64, isUtf8Base64 } from '../../lib/go-base64.ts';
import { equalFold, isAscii } from '../../lib/equal-fold.ts';
import { eachJsonMember } from '../../lib/json-members.ts';
import { parseJson } from '../../lib/json.ts';
import { Redacted } from '../../lib/redacted.ts';
import { atOnce, type Steps } from '../../lib/steps.ts';
import { limits } from '../limits.ts';
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

/**
 * `unusable`: the kubelet silently ignores the secret. `malformed`: the kubelet fails every pull of the pod. `too-many`:
 * there are more entries than may be read. The secret may then be malformed too.
 */
export type SecretConfig =
  | DockerConfig
  | { readonly kind: 'unusable'; readonly reason: 'wrong-type' | 'wrong-key' }
  | { readonly kind: 'too-many' };

/**
 * Reads the docker config in a pull secret, in steps of a few milliseconds. Never throws. Mirrors
 * secretsToTrackedDockerConfigs of kubernetes v1.36.3 pkg/credentialprovider/secrets.
 */
export function* pullSecretSteps({ type, data }: PullSecret, maxEntries: number): Steps<SecretConfig> {
  const format = Object.hasOwn(formats, type) ? formats[type as keyof typeof formats] : undefined;
  if (format === undefined) return { kind: 'unusable', reason: 'wrong-type' };
  const encoded = Object.hasOwn(data, format.dataKey) ? (data[format.dataKey] ?? '') : '';
  if (encoded === '') return { kind: 'unusable', reason: 'wrong-key' };
  const text = decodeBase64(encoded, 'padded');
  yield;
  return text === undefined ? malformed('the data is not base64') : yield* format.read(text, maxEntries);
}

/** Reads the docker config in a pull secret at once. Never throws. */
export function readPullSecret(secret: PullSecret): SecretConfig {
  return atOnce(pullSecretSteps(secret, limits.secretEntries));
}

type Read = (text: string, maxEntries: number) => Steps<DockerConfig | { readonly kind: 'too-many' }>;

const formats = {
  'kubernetes.io/dockerconfigjson': { dataKey: '.dockerconfigjson', read: dockerConfigSteps },
  'kubernetes.io/dockercfg': { dataKey: '.dockercfg', read: dockercfgSteps },
} as const satisfies Record<string, { readonly dataKey: string; readonly read: Read }>;

/** Reads the `auths` of a `config.json`. Ignores credential stores, helpers and other fields. Never throws. */
export function readDockerConfigJson(text: string): DockerConfig {
  const config = atOnce(dockerConfigSteps(text, limits.secretEntries));
  return config.kind === 'too-many' ? malformed('auths has too many entries') : config;
}

function* dockercfgSteps(text: string, maxEntries: number): ReturnType<Read> {
  if (parseJson(text) === undefined) return notJson;
  yield;
  const auths: Auths = new Map();
  return (yield* readAuths(text, auths, maxEntries)) ?? { kind: 'entries', entries: [...auths.values()] };
}

function* dockerConfigSteps(text: string, maxEntries: number): ReturnType<Read> {
  const parsed = parseJson(text);
  if (parsed === undefined) return notJson;
  yield;
  if (isNull(text)) return { kind: 'entries', entries: [] };
  if (!isObject(text)) return malformed('the JSON is not an object');
  const auths: Auths = new Map();
  for (const [name, value] of eachJsonMember(text)) {
    if (equalFold('httpheaders', name) && !isStringMap(value)) return malformed('HttpHeaders is not a map of strings');
    if (!equalFold('auths', name)) continue;
    // Go 1.26 encoding/json adds a second `auths` to the map of the first. null empties the map.
    const fault = yield* readAuths(value, auths, maxEntries);
    if (fault !== undefined) return fault;
  }
  const shape = configShape(parsed);
  yield;
  return { kind: 'entries', entries: [...auths.values()], ...(shape && { shape }) };
}

function malformed(reason: string): { readonly kind: 'malformed'; readonly reason: string } {
  return { kind: 'malformed', reason };
}

const notJson = malformed('the data is not JSON');

/** The last entry of each key. */
type Auths = Map<string, DockerConfigEntry>;

/** How many entries are read in one step. */
const entriesPerStep = 250;

/** Adds the entries in a text to `auths`. Returns why that failed. */
function* readAuths(
  text: string,
  auths: Auths,
  maxEntries: number,
): Steps<ReturnType<typeof malformed> | { readonly kind: 'too-many' } | undefined> {
  if (isNull(text)) auths.clear();
  else if (!isObject(text)) return malformed('auths is not an object');
  else {
    let read = 0;
    for (const [key, value] of eachJsonMember(text)) {
      const entry = readEntry(key, value);
      if (typeof entry === 'string') return malformed(entry);
      auths.set(key, entry);
      read += 1;
      if (auths.size > maxEntries) return { kind: 'too-many' };
      if (read % entriesPerStep === 0) yield;
    }
  }
  return undefined;
}

const fieldNames = ['username', 'password', 'email', 'auth'] as const;

/**
 * Reads an entry, or returns what is wrong with it. `auth` takes precedence over `username` and `password`. The kubelet
 * ignores identity tokens and registry tokens, so an entry with nothing else counts as empty. Mirrors
 * dockerConfigEntryWithAuth of kubernetes v1.36.3 pkg/credentialprovider/config.go.
 */
function readEntry(key: string, text: string): DockerConfigEntry | string {
  if (isNull(text)) return { key, username: '', password: new Redacted('') };
  if (!isObject(text)) return 'an entry of auths is not an object';
  const fields = { username: '', password: '', email: '', auth: '' };
  for (const [name, value] of eachJsonMember(text)) {
    const field = Object.hasOwn(fields, name)
      ? (name as keyof typeof fields)
      : fieldNames.find((each) => equalFold(each, name));
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
  return isAscii(auth) || isUtf8Base64(fields.auth) ? entry : { ...entry, unsendable: true };
}

function isNull(text: string): boolean {
  return text.trim() === 'null';
}

function isObject(text: string): boolean {
  return text.trimStart().startsWith('{');
}

function isStringMap(text: string): boolean {
  if (isNull(text)) return true;
  return isObject(text) && eachJsonMember(text).every(([, value]) => value.startsWith('"') || isNull(value));
}
