import { LRUCache } from 'lru-cache';
import { addressRanges, canonicalAddress, readings } from '../../lib/address.ts';
import type { ResolveHost } from './dns.ts';

/** Addresses of inner networks: RFC 1918, RFC 6598 (shared by carriers and clouds) and RFC 4193 (IPv6). */
export const privateRanges: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
];

/** A resolver, and what is known from its lookups. */
export interface PrivateHosts {
  readonly resolveHost: ResolveHost;
  /**
   * Whether a host, with or without a port, has a private address: by its spelling, or by its last lookup. False for a
   * name that was not looked up, such as one that only a proxy resolves.
   */
  readonly isPrivate: (host: string) => boolean;
}

/** How many names are remembered. */
const maxNames = 10_000;

/** Returns `resolveHost` with a memory for private addresses. Addresses in `allowed` do not count as private. */
export function watchPrivateHosts(resolveHost: ResolveHost, allowed: readonly string[] = []): PrivateHosts {
  const inner = addressRanges(privateRanges);
  const permitted = addressRanges(allowed);
  const names = new LRUCache<string, boolean>({ max: maxNames });

  function isPrivateAddress(address: string): boolean {
    return readings(address).some((reading) => inner.contains(reading) && !permitted.contains(reading));
  }

  return {
    async resolveHost(hostname) {
      const addresses = await resolveHost(hostname);
      names.set(
        hostname.toLowerCase(),
        addresses.some(({ address }) => isPrivateAddress(address)),
      );
      return addresses;
    },
    isPrivate(host) {
      const hostname = URL.parse(`http://${host}/`)?.hostname ?? host;
      const address = canonicalAddress(hostname);
      return address === undefined ? names.get(hostname.toLowerCase()) === true : isPrivateAddress(address);
    },
  };
}
