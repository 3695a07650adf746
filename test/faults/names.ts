import type { Address, ResolveHost } from '../../src/registry/network/dns.ts';

/** A DNS of the test's own: names with their addresses. A list of lists: what each look-up says, the last one for ever. */
export type Zone = Readonly<Record<string, readonly string[] | readonly (readonly string[])[]>>;

export function namesOf(zone: Zone): ResolveHost & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  async function resolveHost(hostname: string): Promise<readonly Address[]> {
    const before = asked.filter((name) => name === hostname).length;
    asked.push(hostname);
    const entry = zone[hostname];
    if (entry === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const turn = entry[Math.min(before, entry.length - 1)];
    const addresses = typeof turn === 'string' ? (entry as readonly string[]) : (turn ?? []);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  }
  return Object.assign(resolveHost, { asked });
}
