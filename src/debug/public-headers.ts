import { safeUrl, type UrlParts } from './safe-url.ts';

/** Headers by lower-case name, as undici and node:http return them. */
export type HeaderMap = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The headers of a response that the bundle shows as they are. */
const shown: ReadonlySet<string> = new Set([
  'content-length',
  'content-type',
  'date',
  'docker-content-digest',
  'docker-distribution-api-version',
  'ratelimit-limit',
  'ratelimit-remaining',
  'retry-after',
  'server',
]);

/** The parameters of a challenge that the bundle shows. */
const challengeParameters = /\b(realm|service|scope|error)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi;

/** Headers of a request whose values Pullgate itself chooses. Any other header comes from a configuration. */
const harmless: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'content-type', 'user-agent']);

/** Headers for the bundle, and the secrets that they carry or leave out. */
export interface PublicHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** Returns the headers of a response for the bundle. */
export function responseHeaders(headers: HeaderMap, base: URL): PublicHeaders {
  const secrets: string[] = [];
  const safe = (written: string): string => {
    const url = URL.parse(written, base.href);
    if (url === null) return '…';
    const parts: UrlParts = safeUrl(url, false);
    secrets.push(...parts.secrets);
    return parts.text;
  };
  const kept = Object.entries(headers).flatMap(([name, values]) =>
    listOf(values).flatMap((value): readonly (readonly [string, string])[] => {
      if (shown.has(name)) return [[name, value]];
      if (name === 'location') return [[name, safe(value)]];
      return name === 'www-authenticate' ? [[name, challenge(value, safe)]] : [];
    }),
  );
  return { headers: joined(kept), secrets };
}

/** The scheme and the known parameters of a challenge. Anything else in it may be a word of the registry's choice. */
function challenge(value: string, safe: (url: string) => string): string {
  const [scheme = ''] = /^[A-Za-z]+/.exec(value) ?? [];
  const parameters = [...value.matchAll(challengeParameters)].map(([, name = '', quoted, plain]) => {
    const text = quoted ?? plain ?? '';
    return `${name.toLowerCase()}="${/^https?:/i.test(text) ? safe(text) : text}"`;
  });
  return [scheme, parameters.join(',')].join(' ').trim();
}

/** Returns the headers of a request for the bundle: their names, and the values that are the same for every user. */
export function requestHeaders(headers: HeaderMap): PublicHeaders {
  const secrets: string[] = [];
  const kept = Object.entries(headers).flatMap(([name, values]) =>
    listOf(values).map((value): readonly [string, string] => {
      if (harmless.has(name.toLowerCase())) return [name, value];
      const [scheme = '', ...rest] = value.split(' ');
      const hasScheme = name.toLowerCase() === 'authorization' && rest.length > 0;
      const secret = hasScheme ? rest.join(' ') : value;
      secrets.push(secret, ...(scheme.toLowerCase() === 'basic' ? loginsIn(secret) : []));
      return [name, hasScheme ? `${scheme} …` : '…'];
    }),
  );
  return { headers: joined(kept), secrets };
}

/** `user:password` and the password, from the value of Basic. */
function loginsIn(base64: string): readonly string[] {
  const login = Buffer.from(base64, 'base64').toString('utf8');
  return [login, login.slice(login.indexOf(':') + 1)];
}

function listOf(values: string | readonly string[] | undefined): readonly string[] {
  return values === undefined ? [] : [values].flat();
}

function joined(headers: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const all = new Map<string, string>();
  for (const [name, value] of headers) all.set(name, all.has(name) ? `${all.get(name)}, ${value}` : value);
  return Object.fromEntries(all);
}
