import { isIP } from 'node:net';
import { addressRanges, canonicalAddress, readings } from '../../lib/address.ts';

export interface AddressRules {
  /** Addresses and ranges (`10.1.2.3`, `127.0.0.0/8`) that may be dialled though they are forbidden by default. */
  readonly allowed?: readonly string[];
  /** Ranges that are forbidden beside the built-in ones. */
  readonly denied?: readonly string[];
}

/**
 * Whom Pullgate may talk to. Pod creators choose an image's host, and with it token realms and redirects: without a
 * guard they could have Pullgate read a cloud's metadata service or a node's own ports for them.
 */
export interface AddressGuard {
  /** Whether an address may be dialled. `loopback`: a loopback address is what the operator named. */
  mayDial(address: string, loopback: boolean): boolean;
  /** Whether a host may be asked for, as far as its spelling tells; a name is judged by what it resolves to. */
  mayName(host: string, loopback: boolean): boolean;
}

const loopbackRanges = ['127.0.0.0/8', '::1/128'];

/** Private ranges are not among them: that is where most registries live. */
const forbiddenRanges = [
  '0.0.0.0/8', // unspecified: "this host"
  '::/128',
  '169.254.0.0/16', // link-local, and the metadata service of most clouds
  'fe80::/10',
  'fd00:ec2::/32', // Amazon's metadata, time and name services
  '100.100.100.200/32', // Alibaba's metadata service
  '168.63.129.16/32', // Azure's host
  '192.0.0.192/32', // Oracle's metadata service
  '224.0.0.0/4', // multicast
  'ff00::/8',
  '240.0.0.0/4', // reserved, and broadcast
];

/** Names of metadata services, for where a proxy resolves and no address is seen. */
const forbiddenNames: ReadonlySet<string> = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data']);

/** The guard: everything but what is forbidden, in every spelling. Throws for a range that is none. */
export function createAddressGuard({ allowed = [], denied = [] }: AddressRules): AddressGuard {
  const permitted = addressRanges(allowed);
  const loopbacks = addressRanges(loopbackRanges);
  const forbidden = addressRanges([...forbiddenRanges, ...denied]);

  function mayDial(text: string, loopback: boolean): boolean {
    const address = canonicalAddress(text);
    if (address === undefined) return false;
    return readings(address).every(
      (reading) =>
        permitted.contains(reading) ||
        isInert(reading, address) ||
        (!forbidden.contains(reading) && (loopback || !loopbacks.contains(reading))),
    );
  }

  return {
    mayDial,
    mayName(host, loopback) {
      const name = hostnameOf(host);
      if (canonicalAddress(name) !== undefined) return mayDial(name, loopback);
      if (name === 'localhost' || name.endsWith('.localhost')) return loopback || mayDial('127.0.0.1', false);
      return !forbiddenNames.has(name);
    },
  };
}

/** `::1` and `::` read as IPv4-compatible are 0.0.0.1 and 0.0.0.0: the address itself says better what it is. */
function isInert(reading: string, address: string): boolean {
  return reading !== address && (address === '::1' || address === '::');
}

/** Host without port, trailing dot, brackets; decimal, octal and hexadecimal spellings of IPv4 as what they mean. */
function hostnameOf(host: string): string {
  const { hostname } = URL.parse(`http://${host.includes(':') && isIP(host) === 6 ? `[${host}]` : host}/`) ?? {
    hostname: host,
  };
  return hostname.replace(/\.$/, '').toLowerCase();
}
