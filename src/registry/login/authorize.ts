import type { Failure } from '../../engine/answer.ts';
import type { RegistryHost } from '../../engine/hosts/registry-hosts.ts';
import { type Ask, evidenceOf, type Target, type Sent } from '../ask.ts';
import type { Answerable } from './challenge.ts';
import { withoutIdentity } from '../network/dispatchers.ts';
import { canonicalAddress } from '../../lib/address.ts';
import { mayTravel } from './realm.ts';
import { basicAuthorization, secretOf } from './secret.ts';
import type { Tokens } from './token-cache.ts';
import type { TokenRequest } from './token.ts';
import type { Headers } from '../network/transport.ts';

/** What answers a challenge. */
export interface Authorization extends Sent {
  readonly kind: 'authorization';
  /** The token was kept from an earlier ask, and may have been withdrawn since; this forgets it. */
  readonly dropToken?: () => void;
}

export interface AuthorizeOptions {
  readonly tokens: Tokens;
  /** Hosts that a registry's credentials may travel to beside its own domain. */
  readonly realmHosts: readonly string[];
  readonly userAgent: string;
}

/**
 * Answers a challenge with the credential that matched. Nothing falls back to anonymous: the runtime was handed one
 * credential for this pull, so a wrong password breaks even a public image where tokens are asked for. Behind Basic it
 * does not: there a public image brings no challenge.
 */
export type Authorize = (
  ask: Ask,
  challenge: Answerable,
  scheme: 'https' | 'http',
  signal: AbortSignal,
) => Promise<Authorization | Failure>;

/** Mirrors AddResponses and Authorize of containerd core/remotes/docker/authorizer.go, but for where credentials may go. */
export function createAuthorize({ tokens, realmHosts, userAgent }: AuthorizeOptions): Authorize {
  return async function authorize(ask, challenge, scheme, signal) {
    if (challenge.scheme === 'basic') return basic(ask);
    const request = tokenRequest(ask, challenge, scheme);
    if (request.kind !== 'request') return request;
    const kept = tokens.has(request);
    const token = await tokens.get(request, signal);
    if (token.kind !== 'token') return token;
    return {
      kind: 'authorization',
      scheme: 'bearer',
      header: `Bearer ${token.text.reveal()}`,
      ...(kept && { dropToken: () => tokens.drop(request) }),
    };
  };

  function tokenRequest(
    ask: Ask,
    challenge: Answerable & { readonly scheme: 'bearer' },
    scheme: 'https' | 'http',
  ): (TokenRequest & { readonly kind: 'request' }) | Failure {
    const { target } = ask;
    const realm = spokenRealm(challenge.realm ?? '', target.host, scheme);
    if (realm === null || !/^https?:$/.test(realm.protocol)) return unanswerable(ask);
    const travel = mayTravel(realm, { scheme, host: target.host.host }, realmHosts);
    const withSecret = secretOf(target.credential) !== undefined;
    if (withSecret && travel === 'insecure')
      return { kind: 'not-asked', reason: 'insecure-realm', host: nameOf(realm, target) };
    // Without a secret there is nothing to lose but what the URL itself carries.
    if (travel === 'foreign' && (withSecret || realm.username !== '' || realm.password !== '')) {
      return { kind: 'not-asked', reason: 'realm', host: nameOf(realm, target) };
    }
    const own = travel === 'allowed';
    return {
      kind: 'request',
      realm,
      service: challenge.service,
      scopes: [...new Set([`repository:${target.repository}:pull`, ...challenge.scopes])].toSorted(),
      credential: target.credential,
      headers: { 'user-agent': userAgent, ...(own && lowerCase(target.host.header)) },
      route: own ? target.route : withoutIdentity(target.route),
      host: target.host.host,
    };
  }
}

/**
 * The realm as it is reached: at a host that turned out to speak plain http containerd's client speaks it too, whatever
 * the realm's scheme says (NewHTTPFallback is one for the registry and its tokens).
 */
function spokenRealm(text: string, { host, httpFallback }: RegistryHost, scheme: 'https' | 'http'): URL | null {
  const realm = URL.parse(text);
  if (realm !== null && realm.host === host && httpFallback && scheme === 'http') realm.protocol = 'http:';
  return realm;
}

function basic(ask: Ask): Authorization | Failure {
  const secret = secretOf(ask.target.credential);
  if (secret !== undefined) return { kind: 'authorization', scheme: 'basic', header: basicAuthorization(secret) };
  return { kind: 'refused', reason: 'no-credentials', evidence: { ...evidenceOf(ask), status: 401 } };
}

function unanswerable(ask: Ask): Failure {
  return { kind: 'refused', reason: 'challenge', evidence: { ...evidenceOf(ask), status: 401 } };
}

/** The realm's host, which the operator may want to add to the list; an address is not shown. */
function nameOf(realm: URL, target: Target): string {
  return canonicalAddress(realm.hostname) === undefined ? realm.host : target.host.host;
}

function lowerCase(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
