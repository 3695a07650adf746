/** The parameters of the distribution API and of token requests that cannot hold a secret. */
const publicParameters: ReadonlySet<string> = new Set(['ns', 'scope', 'service', 'n', 'last', 'client_id']);

/** A part of a path that is long enough to be a token. A digest is not one. */
const suspicious = /^(?!sha\d+(:|%3A))[^/]{33,}$/i;

export interface UrlParts {
  /** Without user and password. */
  readonly text: string;
  /** What `text` leaves out, and what must not appear elsewhere either. */
  readonly secrets: readonly string[];
}

/**
 * Returns a URL for the debug bundle: origin, path, and the query without parameters that may hold a secret. A URL that
 * the registry did not choose (`own`) keeps its path; in another one, long parts of the path are left out, because
 * storage services put tokens there.
 */
export function safeUrl(url: URL, own: boolean): UrlParts {
  const shown = new URLSearchParams();
  // A user without a password is a token.
  const secrets = [url.password || url.username, url.hash.slice(1)].filter((part) => part !== '').map(decoded);
  for (const [name, value] of url.searchParams) {
    if (publicParameters.has(name)) shown.append(name, value);
    else secrets.push(value);
  }
  const path = url.pathname.split('/').map((part) => {
    if (own || !suspicious.test(part)) return part;
    secrets.push(decoded(part));
    return '…';
  });
  const left = [...url.searchParams].length - [...shown].length;
  const query = [...shown].map(([name, value]) => `${name}=${value}`);
  if (left > 0) query.push('…');
  return { text: `${url.origin}${path.join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`, secrets };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
