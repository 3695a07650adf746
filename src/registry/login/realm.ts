import { isLoopbackHost } from '../../engine/hosts/loopback.ts';
import { canonicalAddress } from '../../lib/address.ts';
import { registrableDomain } from './registrable-domain.ts';

/** The registry that a credential is for, with the scheme that the request used. */
export interface AskedRegistry {
  readonly scheme: 'https' | 'http';
  /** Host and port. */
  readonly host: string;
}

/**
 * Whether a credential may be sent to a realm. `insecure`: no, it would be sent in plain text. `foreign`: no, the realm
 * may belong to somebody else.
 */
export type RealmTrust = 'allowed' | 'insecure' | 'foreign';

/**
 * Returns whether a credential for `registry` may be sent to `realm`, the token endpoint that the registry named. The
 * realm must have https (or plain http, if the registry has) and no user info. Its host must be that of the registry,
 * one with the same registrable domain, or one in `trusted`. Whole labels of names are compared, never prefixes.
 */
export function realmTrust(realm: URL, registry: AskedRegistry, trusted: readonly string[]): RealmTrust {
  if (realm.protocol !== 'https:' && realm.protocol !== 'http:') return 'foreign';
  if (realm.username !== '' || realm.password !== '') return 'foreign';
  if (!sameOwner(realm, registry, trusted)) return 'foreign';
  return realm.protocol === 'http:' && registry.scheme !== 'http' ? 'insecure' : 'allowed';
}

/** Registries whose token endpoint is in another domain of the same owner. */
const knownRealms: ReadonlyMap<string, string> = new Map([
  // An alias of Docker Hub that names the token endpoint of docker.io.
  ['registry.hub.docker.com', 'auth.docker.io'],
]);

function sameOwner(realm: URL, registry: AskedRegistry, trusted: readonly string[]): boolean {
  const asked = URL.parse(`${registry.scheme}://${registry.host}/`);
  if (asked === null) return false;
  const [host, askedHost] = [nameOf(realm), nameOf(asked)];
  if (host === askedHost || host === knownRealms.get(askedHost)) return true;
  // An address or a loopback name has no owner that can be compared, so only that of the registry itself is allowed.
  if (canonicalAddress(host) !== undefined || isLoopbackHost(host)) return false;
  if (isTrusted(realm, trusted)) return true;
  const owner = registrableDomain(host);
  return owner !== undefined && owner === registrableDomain(askedHost);
}

/** Returns whether a realm is on the host of a registry, at any port. */
export function isSameHost(realm: URL, registry: string): boolean {
  const asked = URL.parse(`${realm.protocol}//${registry}/`);
  return asked !== null && nameOf(realm) === nameOf(asked);
}

/** Returns whether `trusted` has the host of a realm. */
export function isTrusted(realm: URL, trusted: readonly string[]): boolean {
  return trusted.some((entry) => nameOf(realm) === entry.toLowerCase());
}

function nameOf(url: URL): string {
  return url.hostname.replace(/\.$/, '').toLowerCase();
}
