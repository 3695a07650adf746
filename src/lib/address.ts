import { BlockList, isIP } from 'node:net';

/** An address in its one canonical spelling, without brackets or zone; undefined: not an address. */
export function canonicalAddress(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) === 6) return new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  return undefined;
}

/** Every address that an address may stand for: itself and the IPv4 addresses that tunnels and translators read out of it. */
export function readings(address: string): readonly string[] {
  if (isIP(address) !== 6) return [address];
  const groups = groupsOf(address);
  return [address, ...embeddings.flatMap(({ is, at }) => (is(groups) ? [ipv4Of(groups, at)] : []))];
}

interface Embedding {
  readonly is: (groups: readonly number[]) => boolean;
  /** Which group holds the upper half of the IPv4 address. */
  readonly at: number;
}

const embeddings: readonly Embedding[] = [
  // ::ffff:a.b.c.d (mapped) and ::ffff:0:a.b.c.d (translated, RFC 2765)
  { is: (g) => zeros(g, 0, 5) && g[5] === 0xffff, at: 6 },
  { is: (g) => zeros(g, 0, 4) && g[4] === 0xffff && g[5] === 0, at: 6 },
  // ::a.b.c.d, deprecated, and still understood here and there
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

/** The eight groups of a canonical IPv6 address, which spells no part as IPv4. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...first, ...gap, ...last].map((group) => Number.parseInt(group, 16));
}

/** Whether a text is an address, or a range of them such as `10.0.0.0/8`. */
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

/** A set of addresses. */
export interface AddressRanges {
  /** Whether an address, in its canonical spelling, lies in one of the ranges. */
  contains(address: string): boolean;
}

/** The addresses and ranges as one set. Throws if one of them is not an address or a range. */
export function addressRanges(ranges: readonly string[]): AddressRanges {
  const list = new BlockList();
  for (const range of ranges) {
    const cidr = parseCidr(range);
    if (cidr === undefined) throw new Error(`not a range of addresses: ${range}`);
    list.addSubnet(cidr.base, cidr.bits, cidr.family);
  }
  return { contains: (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') };
}
