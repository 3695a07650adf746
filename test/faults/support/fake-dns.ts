import type { Address, ResolveHost } from '../../../src/registry/network/dns.ts';

/** Addresses by host name. A list of lists has one entry per lookup; the last entry stays. */
export type Zone = Readonly<Record<string, readonly string[] | readonly (readonly string[])[]>>;

/** Returns a replacement for DNS that knows only the names in `zone`, and records the lookups in `lookups`. */
export function fakeDns(zone: Zone): ResolveHost & { readonly lookups: readonly string[] } {
  const lookups: string[] = [];
  async function resolveHost(hostname: string): Promise<readonly Address[]> {
    const before = lookups.filter((name) => name === hostname).length;
    lookups.push(hostname);
    const entry = zone[hostname];
    if (entry === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const turn = entry[Math.min(before, entry.length - 1)];
    const addresses = typeof turn === 'string' ? (entry as readonly string[]) : (turn ?? []);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  }
  return Object.assign(resolveHost, { lookups });
}
