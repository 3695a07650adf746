/** The first challenge of a WWW-Authenticate line, RFC 9110 section 11.6.1. */
interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  readonly params: readonly Param[];
}

interface Param {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  /** Whether there are blanks around its equals sign: readers may allow them, and containerd does not. */
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
  const leading = lines.flatMap((line) => parseChallenge(line) ?? []);
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
const equals = /[ \t]*=[ \t]*/y;
const quoted = /"((?:[^"\\]|\\.)*)"/sy;
const blanks = /[ \t]+/y;
const separator = /[ \t]*,[ \t,]*/y;

/** The scheme at the start of a line and its parameters; what does not parse ends them. Undefined: there is no scheme. */
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
