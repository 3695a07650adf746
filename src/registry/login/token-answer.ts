import { equalFold } from '../../lib/equal-fold.ts';
import { firstJsonValue } from '../../lib/first-json-value.ts';
import { jsonMembers } from '../../lib/json-members.ts';
import { isObject, parseJson } from '../../lib/json.ts';
import { Redacted } from '../../lib/redacted.ts';

/** A bearer token. */
export interface Token {
  readonly kind: 'token';
  readonly text: Redacted;
  /** How long to keep the token, in ms. */
  readonly lifeMs: number;
}

/** The lifetime of a token if the answer has none, in seconds (token specification of distribution). */
const defaultLifeSeconds = 60;
/** The longest lifetime that is used, in seconds. */
const maxLifeSeconds = 3600;

/**
 * Parses the answer of a token endpoint. An answer to GET may name the token `access_token` or `token`, an answer to POST
 * only `access_token`. Undefined if containerd fails: a field has another type, or there is no token. Mirrors FetchToken
 * and FetchTokenWithOAuth of containerd v2.4.2 core/remotes/docker/auth, and json.Decoder of Go 1.26, which ignores what
 * follows the first value.
 */
export function readToken(body: Uint8Array, method: 'POST' | 'GET'): Token | undefined {
  const text = firstJsonValue(utf8.decode(body));
  if (text === undefined || !isObject(parseJson(text))) return undefined;
  const fields: Record<string, string> = {};
  for (const [name, value] of jsonMembers(text)) {
    const field = Object.keys(types[method]).find((each) => equalFold(each, name));
    // null leaves a field as it is.
    if (field === undefined || value.trim() === 'null') continue;
    if (types[method][field]?.(value.trim()) !== true) return undefined;
    fields[field] = value;
  }
  const token = stringIn(fields['access_token']) || stringIn(fields['token']);
  // A header can contain only these characters.
  if (!/^[\x21-\x7e]+$/.test(token)) return undefined;
  return { kind: 'token', text: new Redacted(token), lifeMs: lifeMs(Number(fields['expires_in'] ?? 0)) };
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether the JSON text of a value has the type of its field. */
type HasType = (value: string) => boolean;

const isString: HasType = (value) => value.startsWith('"');

/** Go reads an integer only from digits: `1e3` and `1.0` fail. */
const isInteger: HasType = (value) => /^-?\d+$/.test(value) && Number.isSafeInteger(Number(value));

/** Go reads a time only from RFC 3339, and not from an empty string. */
const isTime: HasType = (value) =>
  /^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"$/.test(value) &&
  !Number.isNaN(Date.parse(value.slice(1, -1)));

const common = { access_token: isString, refresh_token: isString, expires_in: isInteger, issued_at: isTime };
const types: Readonly<Record<'POST' | 'GET', Readonly<Record<string, HasType>>>> = {
  POST: { ...common, scope: isString },
  GET: { ...common, token: isString },
};

function stringIn(value: string | undefined): string {
  const parsed = value === undefined ? undefined : parseJson(value);
  return typeof parsed === 'string' ? parsed : '';
}

/** Returns 90 % of the lifetime in ms, so that a token does not expire on the way to the registry. */
function lifeMs(seconds: number): number {
  return Math.min(seconds > 0 ? seconds : defaultLifeSeconds, maxLifeSeconds) * 900;
}
