import { parse } from 'tldts';
import { sharedDomains } from './shared-domains.ts';

/**
 * Returns the registrable domain of a host, which has one owner: a public suffix (publicsuffix.org) with one more
 * label, such as `example.co.uk` for `registry.example.co.uk`. For a Service or a Pod, the owner is the namespace:
 * `team-a.svc.cluster.local`. Undefined for an address, a single label, a public suffix, an invalid name, and a name
 * below one of `sharedDomains`.
 */
export function registrableDomain(host: string): string | undefined {
  const { domain, hostname, isIp } = parse(host, { allowPrivateDomains: true, extractHostname: false });
  if (domain === null || hostname === null || isIp === true) return undefined;
  const labels = hostname.split('.');
  if (labels.includes('') || isShared(labels)) return undefined;
  return namespaceIn(labels) ?? domain;
}

/**
 * Returns the part of a name from the namespace on, if it is in the form of cluster DNS: NAME.NAMESPACE.svc.ZONE. The
 * zone can be any domain. Mirrors the specification of Kubernetes DNS-based service discovery, version 1.1.0.
 */
function namespaceIn(labels: readonly string[]): string | undefined {
  const at = labels.findIndex((label, index) => index >= 2 && (label === 'svc' || label === 'pod'));
  return at < 0 ? undefined : labels.slice(at - 1).join('.');
}

function isShared(labels: readonly string[]): boolean {
  return labels.some((_, at) => sharedDomains.has(labels.slice(at).join('.')));
}
