import { isIP } from 'node:net';
import { addressRanges, canonicalAddress, readings } from '../../lib/address.ts';
import { isMetadataName, spelledAddresses } from './telling-names.ts';

/** Exceptions to the built-in rules. `allowed` wins over `denied`. */
export interface AddressRules {
  /** Addresses and ranges (`10.1.2.3`, `127.0.0.0/8`) that are allowed although they are denied by default. */
  readonly allowed?: readonly string[];
  /** Ranges that are denied in addition to the built-in ones. */
  readonly denied?: readonly string[];
}

/**
 * Decides which addresses Pullgate may connect to. The author of a pod chooses the host of an image, and that host
 * chooses token realms and redirects. Without a guard, an author could make Pullgate read the metadata service of a
 * cloud or the local ports of a node.
 */
export interface AddressGuard {
  /**
   * Whether Pullgate may connect to an address. `loopback`: loopback addresses are allowed too. False for invalid text.
   */
  mayDial(address: string, loopback: boolean): boolean;
  /**
   * Whether Pullgate may request anything from a host, judged by its spelling alone. For a name, `mayDial` also judges
   * the addresses that it resolves to.
   */
  mayName(host: string, loopback: boolean): boolean;
  /**
   * Whether a proxy may be asked for a host. Only its spelling can be judged, because the proxy resolves the name: false
   * also for a name that spells a forbidden address, such as `169.254.169.254.nip.io`.
   */
  mayPass(host: string): boolean;
}

const loopbackRanges = ['127.0.0.0/8', '::1/128'];

/** Private ranges are not denied, because many registries have private addresses. */
const forbiddenRanges = [
  '0.0.0.0/8', // unspecified: "this host"
  '::/128',
  '169.254.0.0/16', // link-local, and the metadata service of most clouds
  'fe80::/10',
  'fd00:ec2::/32', // Amazon's metadata, time and name services
  'fd20:ce::254/128', // Google's metadata service
  'fd00:c1::a9fe:a9fe/128', // Oracle's metadata service
  'fd00:a9fe:a9fe::1/128', // Akamai's metadata service
  'fd00:42::42/128', // Scaleway's metadata service
  '100.100.100.200/32', // Alibaba's metadata service
  '168.63.129.16/32', // Azure's host
  '192.0.0.192/32', // Oracle's metadata service
  '224.0.0.0/4', // multicast
  'ff00::/8',
  '240.0.0.0/4', // reserved, and broadcast
];

/** Returns a guard that allows every address that is not denied, in every spelling. Throws if a range is invalid. */
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
        isMeaningless(reading, address) ||
        (!forbidden.contains(reading) && (loopback || !loopbacks.contains(reading))),
    );
  }

  return {
    mayDial,
    mayName(host, loopback) {
      const name = hostnameOf(host);
      if (canonicalAddress(name) !== undefined) return mayDial(name, loopback);
      if (name === 'localhost' || name.endsWith('.localhost')) return loopback || mayDial('127.0.0.1', false);
      return !isMetadataName(name);
    },
    mayPass(host) {
      return spelledAddresses(hostnameOf(host)).every((address) => mayDial(address, false));
    },
  };
}

/** `::1` and `::` also read as the IPv4-compatible addresses 0.0.0.1 and 0.0.0.0. Only the IPv6 reading counts. */
function isMeaningless(reading: string, address: string): boolean {
  return reading !== address && (address === '::1' || address === '::');
}

/** The host without port and trailing dots. Decimal, octal and hexadecimal IPv4 addresses become dotted ones. */
function hostnameOf(host: string): string {
  const { hostname } = URL.parse(`http://${host.includes(':') && isIP(host) === 6 ? `[${host}]` : host}/`) ?? {
    hostname: host,
  };
  return hostname.replace(/\.+$/, '').toLowerCase();
}
