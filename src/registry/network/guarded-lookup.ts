import type { LookupFunction } from 'node:net';
import type { AddressGuard } from './address-guard.ts';
import { refusedAddress } from './breakage.ts';
import type { Address, ResolveHost } from './dns.ts';

/**
 * Returns a lookup function for connections that fails with the code `refusedAddress` if the guard allows none of the
 * addresses of a name. The connection uses the addresses that were checked, so that a name cannot resolve to one
 * address for the check and to another for the connection.
 */
export function guardedLookup(
  resolveHost: ResolveHost,
  guard: Pick<AddressGuard, 'mayDial'>,
  loopback: boolean,
): LookupFunction {
  async function allowedAddresses(hostname: string): Promise<readonly [Address, ...Address[]]> {
    const addresses = await resolveHost(hostname);
    const [first, ...others] = addresses.filter(({ address }) => guard.mayDial(address, loopback));
    if (first === undefined) throw addressRefused();
    return [first, ...others];
  }

  async function lookup(...[hostname, { all }, callback]: Parameters<LookupFunction>): Promise<void> {
    let addresses;
    try {
      addresses = await allowedAddresses(hostname);
    } catch (error) {
      callback(error as NodeJS.ErrnoException, '');
      return;
    }
    if (all === true) callback(null, [...addresses]);
    else callback(null, addresses[0].address, addresses[0].family);
  }

  return (hostname, options, callback) => void lookup(hostname, options, callback);
}

/** The message has no address, because it may be logged. */
function addressRefused(): NodeJS.ErrnoException {
  return Object.assign(new Error('the address guard refused to connect'), { code: refusedAddress });
}
