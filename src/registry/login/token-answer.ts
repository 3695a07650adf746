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
  const fields = text === undefined ? undefined : fieldsOf(text, types[method]);
  if (fields === undefined) return undefined;
  const token = stringIn(fields['access_token']) || stringIn(fields['token']);
  return token === '' ? undefined : tokenOf(token, fields);
}

/**
 * Parses the answer of a token endpoint. Undefined if containers/image fails: the body is not one JSON object, or a field
 * has another type. It sends an empty token if there is none. Mirrors newBearerTokenFromHTTPResponseBody of
 * containers/image v5.35.0 docker/docker_client.go.
 */
export function readImageToken(body: Uint8Array): Token | undefined {
  const fields = fieldsOf(utf8.decode(body), imageTypes);
  if (fields === undefined) return undefined;
  return tokenOf(stringIn(fields['token']) || stringIn(fields['access_token']), fields);
}

/** The JSON texts of the fields with these types. Undefined if the text is no JSON object, or a field has another type. */
function fieldsOf(
  text: string,
  typeOf: Readonly<Record<string, HasType>>,
): Readonly<Record<string, string>> | undefined {
  if (!isObject(parseJson(text))) return undefined;
  const fields: Record<string, string> = {};
  for (const [name, value] of jsonMembers(text.trim())) {
    const field = Object.keys(typeOf).find((each) => equalFold(each, name));
    // null leaves a field as it is.
    if (field === undefined || value.trim() === 'null') continue;
    if (typeOf[field]?.(value.trim()) !== true) return undefined;
    fields[field] = value;
  }
  return fields;
}

/** Undefined if a header cannot contain the token. */
function tokenOf(token: string, fields: Readonly<Record<string, string>>): Token | undefined {
  if (!/^[\x21-\x7e]*$/.test(token)) return undefined;
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
const imageTypes = { token: isString, access_token: isString, expires_in: isInteger, issued_at: isTime };

function stringIn(value: string | undefined): string {
  const parsed = value === undefined ? undefined : parseJson(value);
  return typeof parsed === 'string' ? parsed : '';
}

/** Returns 90 % of the lifetime in ms, so that a token does not expire on the way to the registry. */
function lifeMs(seconds: number): number {
  return Math.min(seconds > 0 ? seconds : defaultLifeSeconds, maxLifeSeconds) * 900;
}
