import type { Failure } from '../../engine/answer.ts';
import type { RegistryHost } from '../../engine/hosts/registry-hosts.ts';
import { type Ask, evidenceOf, type SentAuthorization, type Target } from '../ask.ts';
import type { Answerable } from './challenge.ts';
import { withoutClientCertificate } from '../network/dispatchers.ts';
import { canonicalAddress } from '../../lib/address.ts';
import { isLoopbackHost } from '../../engine/hosts/loopback.ts';
import { isSameHost, isTrusted, realmTrust } from './realm.ts';
import { containerdLogin, type Login } from './login.ts';
import { secretOf } from './secret.ts';
import type { Tokens } from './token-cache.ts';
import type { TokenRequest } from './token.ts';
import type { Headers } from '../network/transport.ts';

/** The authorization that answers a challenge. */
export interface Authorization extends SentAuthorization {
  readonly kind: 'authorization';
  /**
   * Removes the token from the cache. Only set for a token from the cache, because the registry may have revoked it.
   */
  readonly dropToken?: () => void;
}

export interface AuthorizeOptions {
  readonly tokens: Tokens;
  /** Hosts of token endpoints that may get the credentials of a registry in another domain. */
  readonly realmHosts: readonly string[];
  readonly userAgent: string;
  /** Default: that of containerd. */
  readonly login?: Login;
  /** Whether a host has a private address. Known after a request to it. */
  readonly isPrivate: (host: string) => boolean;
}

/** The longest URL of a token endpoint, and the longest service and scopes, in characters. Real ones have a tenth. */
const maxCharacters = 2048;

/**
 * Answers a challenge with the credential of the request, or returns why it cannot. It never falls back to anonymous,
 * because the container runtime has only this credential for the pull. A wrong password therefore breaks even a public
 * image if the registry uses tokens. With Basic it does not, because a public image causes no challenge. Throws if
 * `signal` aborts.
 */
export type Authorize = (
  ask: Ask,
  challenge: Answerable,
  scheme: 'https' | 'http',
  signal: AbortSignal,
) => Promise<Authorization | Failure>;

/**
 * Returns the function that answers challenges. Mirrors AddResponses and Authorize of containerd v2.4.2
 * core/remotes/docker/authorizer.go, except that `realmTrust` limits where credentials are sent.
 */
export function createAuthorize(options: AuthorizeOptions): Authorize {
  const { tokens, realmHosts, userAgent, login = containerdLogin, isPrivate } = options;

  return async function authorize(ask, challenge, scheme, signal) {
    if (challenge.scheme === 'basic') return basic(ask, login);
    const request = tokenRequest(ask, challenge, scheme);
    if (request.kind !== 'request') return request;
    const isCached = tokens.has(request);
    const token = await tokens.get(request, signal);
    if (token.kind !== 'token') return request.publicOnly ? exactFailure(token, request.realm, ask) : token;
    return {
      kind: 'authorization',
      scheme: 'bearer',
      header: `Bearer ${token.text.reveal()}`,
      ...(isCached && { dropToken: () => tokens.drop(request) }),
    };
  };

  function tokenRequest(
    ask: Ask,
    challenge: Answerable & { readonly scheme: 'bearer' },
    scheme: 'https' | 'http',
  ): (TokenRequest & { readonly kind: 'request' }) | Failure {
    const { target } = ask;
    const realm = effectiveRealm(challenge.realm ?? '', target.host, scheme);
    if (realm === null || !/^https?:$/.test(realm.protocol)) return unanswerable(ask);
    const trust = realmTrust(realm, { scheme, host: target.host.host }, realmHosts);
    const withSecret = secretOf(target.credential) !== undefined;
    if (withSecret && trust === 'insecure')
      return { kind: 'not-asked', reason: 'insecure-realm', host: nameOf(realm, target) };
    // A request without a secret is safe, unless the URL of the realm contains a user or password.
    if (trust === 'foreign' && (withSecret || realm.username !== '' || realm.password !== '')) {
      return { kind: 'not-asked', reason: 'realm', host: nameOf(realm, target) };
    }
    const trusted = trust === 'allowed';
    const scopes = login.scopes(`repository:${target.repository}:pull`, challenge.scopes);
    const tooLong = [realm.href, challenge.service, scopes.join(' ')].some((text) => text.length > maxCharacters);
    if (tooLong) return { kind: 'unreachable', reason: 'protocol', evidence: evidenceOf(ask) };
    return {
      kind: 'request',
      realm: trusted ? realm : withoutOwnQuery(realm),
      publicOnly: mustBePublic(realm, target),
      service: challenge.service,
      scopes,
      credential: target.credential,
      login,
      headers: { 'user-agent': userAgent, ...(trusted && lowerCase(target.host.header)) },
      route: trusted ? target.route : withoutClientCertificate(target.route),
      host: target.host.host,
    };
  }

  /**
   * A token endpoint must have a public address, so that no registry can make Pullgate send a request into the cluster.
   * It may have a private one if the registry has one too, or is the same host, or if the operator trusts the endpoint.
   */
  function mustBePublic(realm: URL, { host: { host } }: Target): boolean {
    const inside = isPrivate(host) || isLoopbackHost(host);
    return !inside && !isSameHost(realm, host) && !isTrusted(realm, realmHosts);
  }

  function exactFailure(failure: Failure, realm: URL, { target }: Ask): Failure {
    if (failure.kind !== 'not-asked' || failure.reason !== 'address' || !isPrivate(realm.host)) return failure;
    return { kind: 'not-asked', reason: 'private-realm', host: nameOf(realm, target) };
  }
}

const tokenParameters: ReadonlySet<string> = new Set(['service', 'scope', 'account', 'client_id']);

/** Leaves out what a token request does not need: somebody else's endpoint could do anything with other parameters. */
function withoutOwnQuery(realm: URL): URL {
  const url = new URL(realm);
  url.search = String(new URLSearchParams([...url.searchParams].filter(([name]) => tokenParameters.has(name))));
  return url;
}

/**
 * Returns the realm with the scheme that containerd uses. If the registry fell back to plain http, a realm at the same
 * host uses plain http too, whatever its scheme is, because both share one NewHTTPFallback. Null if the text is not a
 * URL.
 */
function effectiveRealm(text: string, { host, httpFallback }: RegistryHost, scheme: 'https' | 'http'): URL | null {
  const realm = URL.parse(text);
  if (realm !== null && realm.host === host && httpFallback && scheme === 'http') realm.protocol = 'http:';
  return realm;
}

function basic(ask: Ask, login: Login): Authorization | Failure {
  const header = login.basic(ask.target.credential);
  if (header !== undefined) return { kind: 'authorization', scheme: 'basic', header };
  return { kind: 'refused', reason: 'no-credentials', evidence: { ...evidenceOf(ask), status: 401 } };
}

function unanswerable(ask: Ask): Failure {
  return { kind: 'refused', reason: 'challenge', evidence: { ...evidenceOf(ask), status: 401 } };
}

/**
 * The host of the realm, which the operator may want to trust. If it is an address, the host of the registry instead.
 */
function nameOf(realm: URL, target: Target): string {
  return canonicalAddress(realm.hostname) === undefined ? realm.host : target.host.host;
}

function lowerCase(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
