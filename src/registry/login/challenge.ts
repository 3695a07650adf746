/** One authentication challenge, RFC 9110 section 11.6.1. */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  readonly params: readonly Param[];
  readonly token68?: string;
}

export interface Param {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  /** Blanks stood around its equals sign: allowed to readers, and not read by containerd. */
  readonly spaced: boolean;
}

/** What a runtime answers a 401 with. Bearer without a realm cannot be answered. */
export type Answerable =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      readonly realm?: string;
      readonly service: string;
      readonly scopes: readonly string[];
      /** What was wrong with the token that was sent: `insufficient_scope`. */
      readonly error?: string;
    };

/**
 * The challenge that containerd answers: it reads the first of each header line, knows Basic and Bearer, and prefers
 * Bearer. Mirrors ParseAuthHeader and AddResponses of containerd core/remotes/docker. Undefined: it gives up.
 */
export function answerable(lines: readonly string[]): Answerable | undefined {
  const leading = lines.flatMap((line) => (line.startsWith(',') ? [] : parseChallenges(line).slice(0, 1)));
  const bearer = leading.find(({ scheme }) => scheme === 'bearer');
  if (bearer !== undefined) return bearerOf(seen(bearer.params));
  return leading.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined;
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

/** The parameters as containerd reads them: up to the first with blanks around `=`, and of doubles the last. */
function seen(params: readonly Param[]): ReadonlyMap<string, string> {
  const end = params.findIndex(({ spaced }) => spaced);
  return new Map((end < 0 ? params : params.slice(0, end)).map(({ name, value }) => [name, value]));
}

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const token68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
const equals = /[ \t]*=[ \t]*/y;
const quoted = /"((?:[^"\\]|\\.)*)"/sy;
const blanks = /[ \t]+/y;
const commas = /[ \t,]*/y;
const separator = /[ \t]*,[ \t,]*/y;

/** Every challenge in one WWW-Authenticate line, in order. What does not parse ends the list: what came before stands. */
export function parseChallenges(line: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (match === null) return undefined;
    at += match[0].length;
    return match;
  };

  function param(): Param | undefined {
    const start = at;
    const name = take(token)?.[0];
    const sign = name === undefined ? undefined : take(equals)?.[0];
    const value = sign === undefined ? undefined : (unquoted(take(quoted)?.[1]) ?? take(token)?.[0]);
    if (name === undefined || sign === undefined || value === undefined) {
      at = start;
      return undefined;
    }
    return { name: name.toLowerCase(), value, spaced: sign.length > 1 };
  }

  function params(): readonly Param[] {
    const list: Param[] = [];
    for (let next = param(); next !== undefined; next = param()) {
      list.push(next);
      if (take(separator) === undefined) break;
    }
    return list;
  }

  take(commas);
  for (let scheme = take(token)?.[0]; scheme !== undefined; scheme = take(token)?.[0]) {
    const spaced = take(blanks) !== undefined;
    const credentials = spaced ? take(token68)?.[0] : undefined;
    const list = spaced && credentials === undefined ? params() : [];
    challenges.push({
      scheme: scheme.toLowerCase(),
      params: list,
      ...(credentials !== undefined && { token68: credentials }),
    });
    take(commas);
  }
  return challenges;
}

function unquoted(text: string | undefined): string | undefined {
  return text?.replaceAll(/\\(.)/gs, '$1');
}
