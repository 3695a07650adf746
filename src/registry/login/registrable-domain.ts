import { parse } from 'tldts';

/**
 * Domains that the public suffix list does not hold, and below which each name is another customer's all the same:
 * registries for hire, and names that anybody can have for an address.
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
 * The name that one owner has below a public suffix (publicsuffix.org): `example.co.uk` of `registry.example.co.uk`.
 * Undefined for an address, a single label, a public suffix itself, what is no host name, and where neighbours are
 * strangers: there a host speaks for itself alone.
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
