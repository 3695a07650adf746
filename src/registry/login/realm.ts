import { isLoopbackHost } from '../../engine/hosts/loopback.ts';
import { canonicalAddress } from '../../lib/address.ts';
import { registrableDomain } from './registrable-domain.ts';

/** The registry that a credential is for, as it was asked: with the scheme that it was reached by. */
export interface AskedRegistry {
  readonly scheme: 'https' | 'http';
  /** Host and port. */
  readonly host: string;
}

/** Why a credential stays here. `insecure`: it would travel in plain text. `foreign`: to somebody else. */
export type Travel = 'allowed' | 'insecure' | 'foreign';

/**
 * Whether a credential for `registry` may be sent to `realm`, a token endpoint that the registry named. Https, or
 * plain http where the registry itself is; without user info; to the registry's own host, one of the same owner
 * (registrable domain), or one that the operator names in `trusted`. Names are compared by labels, never by prefix.
 */
export function mayTravel(realm: URL, registry: AskedRegistry, trusted: readonly string[]): Travel {
  if (realm.protocol !== 'https:' && realm.protocol !== 'http:') return 'foreign';
  if (realm.username !== '' || realm.password !== '') return 'foreign';
  if (!sameOwner(realm, registry, trusted)) return 'foreign';
  return realm.protocol === 'http:' && registry.scheme !== 'http' ? 'insecure' : 'allowed';
}

function sameOwner(realm: URL, registry: AskedRegistry, trusted: readonly string[]): boolean {
  const asked = URL.parse(`${registry.scheme}://${registry.host}/`);
  if (asked === null) return false;
  const host = nameOf(realm);
  if (host === nameOf(asked)) return true;
  // An address or a loopback name belongs to whoever is there: only the registry's own is good.
  if (canonicalAddress(host) !== undefined || isLoopbackHost(host)) return false;
  if (trusted.some((entry) => host === entry.toLowerCase())) return true;
  const owner = registrableDomain(host);
  return owner !== undefined && owner === registrableDomain(nameOf(asked));
}

function nameOf(url: URL): string {
  return url.hostname.replace(/\.$/, '').toLowerCase();
}
