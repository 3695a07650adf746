/** Redirects that are followed in a row. */
export const maxRedirects = 5;

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Where an answer sends on to: a URL, `refused` where Pullgate does not follow (out of https, another scheme, user
 * info), undefined where it sends nowhere.
 */
export function redirectTarget(status: number, location: string | undefined, from: URL): URL | 'refused' | undefined {
  if (!redirects.has(status) || location === undefined) return undefined;
  const target = URL.parse(location, from.href);
  if (target === null || target.username !== '' || target.password !== '') return 'refused';
  if (target.protocol === 'https:' || target.protocol === from.protocol) return target;
  return 'refused';
}
