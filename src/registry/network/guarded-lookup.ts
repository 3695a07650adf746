import type { LookupFunction } from 'node:net';
import type { AddressGuard } from './address-guard.ts';
import { refusedAddress } from './breakage.ts';
import type { Address, ResolveHost } from './dns.ts';

/**
 * The look-up that a connection is made with: what it answers is what is dialled, so that a name cannot resolve to
 * one address for the check and to another for the connection.
 */
export function guardedLookup(resolveHost: ResolveHost, guard: AddressGuard, loopback: boolean): LookupFunction {
  async function dialable(hostname: string): Promise<readonly [Address, ...Address[]]> {
    const addresses = await resolveHost(hostname);
    const [first, ...others] = addresses.filter(({ address }) => guard.mayDial(address, loopback));
    if (first === undefined) throw addressRefused();
    return [first, ...others];
  }

  async function look(...[hostname, { all }, callback]: Parameters<LookupFunction>): Promise<void> {
    let addresses;
    try {
      addresses = await dialable(hostname);
    } catch (error) {
      callback(error as NodeJS.ErrnoException, '');
      return;
    }
    if (all === true) callback(null, [...addresses]);
    else callback(null, addresses[0].address, addresses[0].family);
  }

  return (hostname, options, callback) => void look(hostname, options, callback);
}

/** Carries no address: it may end up in a log. */
function addressRefused(): NodeJS.ErrnoException {
  return Object.assign(new Error('the address guard refused to connect'), { code: refusedAddress });
}
