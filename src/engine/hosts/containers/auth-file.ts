import { equalFold } from '../../../lib/equal-fold.ts';
import { eachJsonMember } from '../../../lib/json-members.ts';
import { parseJson } from '../../../lib/json.ts';
import { Redacted } from '../../../lib/redacted.ts';
import { stringOfJson } from './json-fields.ts';

/** An auth file (`auth.json`, or a docker config that CRI-O reads as one). */
export interface AuthFile {
  readonly entries: ReadonlyMap<string, AuthFileEntry>;
  /** The hosts in `credHelpers`: a program on the node has their credentials. */
  readonly helperHosts: ReadonlySet<string>;
}

/** An entry of `auths`. Other fields, such as `username` and `password`, are not used. */
export interface AuthFileEntry {
  /** Base64 of `USER:PASSWORD`. */
  readonly auth: Redacted;
  readonly identityToken: Redacted;
}

/** What holds if there is no file. */
export const emptyAuthFile: AuthFile = { entries: new Map(), helperHosts: new Set() };

/**
 * An auth file, or why the library refuses it. The pull of each image for which the kubelet has no credential then fails.
 * `reason` never repeats the file.
 */
export type ReadAuthFile =
  { readonly kind: 'auths'; readonly auths: AuthFile } | { readonly kind: 'invalid'; readonly reason: string };

/**
 * Reads the text of an auth file. Never throws. Mirrors parse of containers/image v5.35.0 pkg/docker/config/config.go, and
 * encoding/json of Go 1.26: names match in any case, and a name that occurs twice is read twice.
 */
export function readAuthFile(text: string): ReadAuthFile {
  if (parseJson(text) === undefined) return invalid('the file is not JSON');
  if (text.trim() === 'null') return { kind: 'auths', auths: emptyAuthFile };
  if (!isObject(text)) return invalid('the JSON is not an object');
  const entries = new Map<string, AuthFileEntry>();
  const helpers = new Map<string, string>();
  for (const [name, written] of eachJsonMember(text)) {
    const value = written.trim();
    if (equalFold('auths', name) && !readMembers(value, entries, readEntry)) {
      return invalid('auths is not an object with valid entries');
    }
    if (equalFold('credHelpers', name) && !readMembers(value, helpers, stringOfJson)) {
      return invalid('credHelpers is not an object of strings');
    }
  }
  return { kind: 'auths', auths: { entries, helperHosts: new Set(helpers.keys()) } };
}

function invalid(reason: string): ReadAuthFile {
  return { kind: 'invalid', reason };
}

function isObject(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** Adds the members of a JSON object to a map; null empties it. Returns whether all of them are valid. */
function readMembers<T>(text: string, map: Map<string, T>, read: (value: string) => T | undefined): boolean {
  if (text === 'null') map.clear();
  else if (!isObject(text)) return false;
  else {
    for (const [name, written] of eachJsonMember(text)) {
      const value = read(written.trim());
      if (value === undefined) return false;
      map.set(name, value);
    }
  }
  return true;
}

const fields = ['auth', 'identitytoken'] as const;

function readEntry(text: string): AuthFileEntry | undefined {
  const values = { auth: '', identitytoken: '' };
  if (text !== 'null' && !isObject(text)) return undefined;
  for (const [name, written] of text === 'null' ? [] : eachJsonMember(text)) {
    const field = fields.find((each) => equalFold(each, name));
    const value = written.trim();
    if (field === undefined || value === 'null') continue;
    const read = stringOfJson(value);
    if (read === undefined) return undefined;
    values[field] = read;
  }
  return { auth: new Redacted(values.auth), identityToken: new Redacted(values.identitytoken) };
}
