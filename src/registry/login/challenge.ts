import type { Outcome } from '../ask.ts';
import { headerLines } from '../header.ts';

/** The first challenge of a WWW-Authenticate header (RFC 9110, section 11.6.1). */
interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  readonly params: readonly Param[];
}

interface Param {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  /** True if blanks surround the equals sign. HTTP clients may allow that; containerd does not. */
  readonly spaced: boolean;
}

/** A challenge that a container runtime answers. It cannot answer Bearer without a realm. */
export type Answerable =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      readonly realm?: string;
      readonly service: string;
      readonly scopes: readonly string[];
      /** Why the registry rejected the token of the request, such as `insufficient_scope`. */
      readonly error?: string;
    };

/**
 * Returns the challenge that containerd answers. `lines` are the values of the WWW-Authenticate headers; only the first
 * challenge of each counts, and Bearer is preferred to Basic. Undefined if there is neither. Mirrors ParseAuthHeader
 * and AddResponses of containerd v2.4.2 core/remotes/docker.
 */
export function answerable(lines: readonly string[]): Answerable | undefined {
  const leading = lines.flatMap((line) => parseChallenge(line) ?? []);
  const bearer = leading.find(({ scheme }) => scheme === 'bearer');
  if (bearer !== undefined) return bearerOf(paramsInContainerd(bearer.params));
  return leading.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined;
}

/**
 * Returns the challenge that containers/image answers: the first with a scheme that it knows. `lines` are the values of
 * the WWW-Authenticate headers; only the first challenge of each counts. Undefined if it answers none. Mirrors
 * setupRequestAuth and parseValueAndParams of containers/image v5.35.0 docker.
 */
export function firstAnswerable(lines: readonly string[]): Answerable | undefined {
  const known = lines
    .flatMap((line) => parseChallenge(line) ?? [])
    .find(({ scheme }) => scheme === 'basic' || scheme === 'bearer');
  if (known === undefined) return undefined;
  return known.scheme === 'basic' ? { scheme: 'basic' } : bearerOf(paramsInContainersImage(known.params));
}

/** Returns the challenge of a 401 that containerd answers. Undefined for any other outcome. */
export function challengeOf(outcome: Outcome): Answerable | undefined {
  if (outcome.kind !== 'reply' || outcome.status !== 401) return undefined;
  return answerable(headerLines(outcome.headers, 'www-authenticate'));
}

function bearerOf(params: ReadonlyMap<string, string>): Answerable {
  const realm = params.get('realm');
  const scope = params.get('scope') ?? '';
  const error = params.get('error') ?? '';
  return {
    scheme: 'bearer',
    ...(realm !== undefined && { realm }),
    service: params.get('service') ?? '',
    scopes: scope === '' ? [] : scope.split(' '),
    ...(error !== '' && { error }),
  };
}

/**
 * The parameters that containerd sees: those before the first with blanks around `=`. The last of duplicates counts.
 */
function paramsInContainerd(params: readonly Param[]): ReadonlyMap<string, string> {
  const end = params.findIndex(({ spaced }) => spaced);
  return new Map((end < 0 ? params : params.slice(0, end)).map(({ name, value }) => [name, value]));
}

/** The same parameters, and none after one with an empty value. */
function paramsInContainersImage(params: readonly Param[]): ReadonlyMap<string, string> {
  const end = params.findIndex(({ value }) => value === '');
  return paramsInContainerd(end < 0 ? params : params.slice(0, end));
}

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const equals = /[ \t]*=[ \t]*/y;
const quoted = /"((?:[^"\\]|\\.)*)"/sy;
const blanks = /[ \t]+/y;
const separator = /[ \t]*,[ \t,]*/y;

/**
 * Parses the scheme at the start of a line and its parameters, up to the first error. Undefined if there is no scheme.
 */
function parseChallenge(line: string): Challenge | undefined {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (match === null) return undefined;
    at += match[0].length;
    return match;
  };

  function param(): Param | undefined {
    const name = take(token)?.[0];
    const sign = name === undefined ? undefined : take(equals)?.[0];
    const value = sign === undefined ? undefined : (unquoted(take(quoted)?.[1]) ?? take(token)?.[0]);
    if (name === undefined || sign === undefined || value === undefined) return undefined;
    return { name: name.toLowerCase(), value, spaced: sign.length > 1 };
  }

  take(blanks);
  const scheme = take(token)?.[0].toLowerCase();
  if (scheme === undefined) return undefined;
  const params: Param[] = [];
  if (take(blanks) === undefined) return { scheme, params };
  for (let next = param(); next !== undefined; next = param()) {
    params.push(next);
    if (take(separator) === undefined) break;
  }
  return { scheme, params };
}

function unquoted(text: string | undefined): string | undefined {
  return text?.replaceAll(/\\(.)/gs, '$1');
}
