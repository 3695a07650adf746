/** The maximum number of redirects that are followed in a row: containerd stops after 10 requests. */
export const maxRedirects = 9;

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Returns the URL that a response redirects to. `refused` if Pullgate does not follow it (an invalid URL, user info, or
 * a change of scheme other than to https). Undefined if the response is not a redirect.
 */
export function redirectTarget(status: number, location: string | undefined, from: URL): URL | 'refused' | undefined {
  if (!redirects.has(status) || location === undefined) return undefined;
  const target = URL.parse(location, from.href);
  if (target === null || target.username !== '' || target.password !== '') return 'refused';
  if (target.protocol === 'https:' || target.protocol === from.protocol) return target;
  return 'refused';
}
