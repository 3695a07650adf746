/**
 * Returns whether a scope (a host, a host with a path, or `*.DOMAIN`) is the other one or inside it. Mirrors
 * ScopeIsNestedInsideScope of openshift/runtime-utils 7bdb5b9 pkg/registries.
 */
export function isInside(scope: string, outer: string): boolean {
  if (scope === outer || scope.startsWith(`${outer}/`)) return true;
  if (!outer.startsWith('*.')) return false;
  const domain = outer.slice(1);
  if (!scope.includes(':')) return (scope.split('/', 1)[0] ?? '').endsWith(domain);
  const host = scope.split(':', 1)[0] ?? '';
  return host.endsWith(domain) && !host.includes('/');
}

/** Returns whether a text may be a scope. Mirrors IsValidRegistriesConfScope of openshift/runtime-utils 7bdb5b9. */
export function isScope(text: string): boolean {
  return text !== '' && (!text.includes('*') || (text.startsWith('*.') && !/[/@:*]/.test(text.slice(2))));
}
