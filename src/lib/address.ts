import { BlockList, isIP } from 'node:net';

/** An IP address in canonical form, without brackets or zone. Undefined if `text` is not an IP address. */
export function canonicalAddress(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) === 6) return new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  return undefined;
}

/**
 * A canonical address, followed by each IPv4 address that it may embed: tunnels and translators send packets for the
 * IPv6 address to that IPv4 address.
 */
export function readings(address: string): readonly string[] {
  if (isIP(address) !== 6) return [address];
  const groups = groupsOf(address);
  return [address, ...embeddings.flatMap(({ is, at }) => (is(groups) ? [ipv4Of(groups, at)] : []))];
}

interface Embedding {
  readonly is: (groups: readonly number[]) => boolean;
  /** Index of the group with the upper half of the IPv4 address. */
  readonly at: number;
}

const embeddings: readonly Embedding[] = [
  // ::ffff:a.b.c.d (mapped, RFC 4291) and ::ffff:0:a.b.c.d (translated, RFC 2765)
  { is: (g) => zeros(g, 0, 5) && g[5] === 0xffff, at: 6 },
  { is: (g) => zeros(g, 0, 4) && g[4] === 0xffff && g[5] === 0, at: 6 },
  // ::a.b.c.d (compatible, RFC 4291): deprecated, but some systems still support it
  { is: (g) => zeros(g, 0, 6), at: 6 },
  // NAT64, RFC 6052 and RFC 8215
  { is: (g) => g[0] === 0x64 && g[1] === 0xff9b && zeros(g, 2, 6), at: 6 },
  { is: (g) => g[0] === 0x64 && g[1] === 0xff9b && g[2] === 1, at: 6 },
  // 6to4, RFC 3056
  { is: (g) => g[0] === 0x2002, at: 1 },
];

function zeros(groups: readonly number[], from: number, to: number): boolean {
  return groups.slice(from, to).every((group) => group === 0);
}

function ipv4Of(groups: readonly number[], at: number): string {
  const [high = 0, low = 0] = groups.slice(at, at + 2);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of a canonical IPv6 address. The canonical form never contains a dotted IPv4 address. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...first, ...gap, ...last].map((group) => Number.parseInt(group, 16));
}

/** Whether a text is an IP address, or a range of addresses in CIDR notation such as `10.0.0.0/8`. */
export function isCidr(text: string): boolean {
  return parseCidr(text) !== undefined;
}

interface Cidr {
  readonly base: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parseCidr(text: string): Cidr | undefined {
  const [base = '', prefix, ...rest] = text.split('/');
  const family = isIP(base);
  const longest = family === 4 ? 32 : 128;
  const bits = prefix === undefined ? longest : Number(prefix);
  if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(prefix ?? '0') || bits > longest) return undefined;
  return { base, bits, family: family === 4 ? 'ipv4' : 'ipv6' };
}

/** A set of IP addresses. */
export interface AddressRanges {
  /** Whether an address in canonical form is in one of the ranges. */
  contains(address: string): boolean;
}

/** The set of all addresses in `ranges`. Throws if an entry is neither an address nor a range (see `isCidr`). */
export function addressRanges(ranges: readonly string[]): AddressRanges {
  const list = new BlockList();
  for (const range of ranges) {
    const cidr = parseCidr(range);
    if (cidr === undefined) throw new Error(`not an IP address or CIDR range: ${range}`);
    list.addSubnet(cidr.base, cidr.bits, cidr.family);
  }
  return { contains: (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') };
}
