import { parse } from 'tldts';

/**
 * Domains that are not in the public suffix list although each name below them can belong to another customer: hosted
 * registries, and services that give any address a name.
 */
const sharedDomains: ReadonlySet<string> = new Set([
  'amazonaws.com',
  'amazonaws.com.cn',
  'azure-api.net',
  'azurecr.cn',
  'azurecr.io',
  'azurecr.us',
  'cloudapp.net',
  'jfrog.io',
  'nip.io',
  'ovh.net',
  'scw.cloud',
  'sslip.io',
  'traefik.me',
  'windows.net',
  'xip.io',
]);

/**
 * Returns the registrable domain of a host, which has one owner: a public suffix (publicsuffix.org) with one more
 * label, such as `example.co.uk` for `registry.example.co.uk`. Undefined for an address, a single label, a public
 * suffix, an invalid name, and a name below one of `sharedDomains`.
 */
export function registrableDomain(host: string): string | undefined {
  const { domain, hostname, isIp } = parse(host, { allowPrivateDomains: true, extractHostname: false });
  if (domain === null || hostname === null || isIp === true) return undefined;
  const labels = hostname.split('.');
  return labels.includes('') || isShared(labels) ? undefined : domain;
}

function isShared(labels: readonly string[]): boolean {
  return labels.some((_, at) => sharedDomains.has(labels.slice(at).join('.')));
}
