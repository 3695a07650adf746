import { LRUCache } from 'lru-cache';
import type { NotAsked } from '../engine/answer.ts';
import { isMirror, type RegistryHost } from '../engine/hosts/registry-hosts.ts';
import { type Ask, evidenceOf, type Outcome, type Reply, type SentAuthorization } from './ask.ts';
import { brokenFailure } from './classify.ts';
import { withoutClientCertificate } from './network/dispatchers.ts';
import { headerOf } from './header.ts';
import { maxRedirects, redirectTarget } from './redirect.ts';
import type { Broken, Headers, HttpRequest, HttpResponse, Send } from './network/transport.ts';

export interface Exchange {
  /**
   * Sends one request with one authorization, or with none if `sent` is undefined. Falls back to plain http if the host
   * allows it, and follows redirects. Throws if `signal` aborts.
   */
  exchange(ask: Ask, sent: SentAuthorization | undefined, signal: AbortSignal): Promise<Outcome>;
  /** Returns the scheme for a host: `http` if it fell back to it recently, otherwise the configured one. */
  schemeOf(host: RegistryHost): 'https' | 'http';
}

/** How many hosts are remembered as plain http, and for how long, in ms. */
const fallbacks = { max: 1000, ttl: 300_000 };

/**
 * Returns an exchange over `send`. The host of a request gets its configured headers and the authorization. The target
 * of a redirect to another origin gets neither.
 */
export function createExchange(send: Send, userAgent: string): Exchange {
  const plain = new LRUCache<string, true>(fallbacks);

  function schemeOf({ host, scheme, httpFallback }: RegistryHost): 'https' | 'http' {
    return httpFallback && plain.has(host) ? 'http' : scheme;
  }

  /**
   * Sends the request, without redirects. Undefined if the host is not valid in a URL. Mirrors NewHTTPFallback of
   * containerd v2.4.2 core/remotes/docker/resolver.go.
   */
  async function sendFirst(ask: Ask, headers: Headers, signal: AbortSignal): Promise<FirstAnswer | undefined> {
    const { host, route } = ask.target;
    const url = urlOf(ask, schemeOf(host));
    if (url === undefined) return undefined;
    const request = { ...requestOf(ask), headers };
    const answer = await send({ ...request, url }, route, signal);
    if (answer.kind === 'response' || url.protocol === 'http:' || !fallsBack(host, answer)) return { url, answer };
    const plainUrl = urlOf(ask, 'http') ?? url;
    const second = await send({ ...request, url: plainUrl }, route, signal);
    if (second.kind === 'response') plain.set(host.host, true);
    return { url: plainUrl, answer: second };
  }

  return {
    schemeOf,
    async exchange(ask, sent, signal) {
      const own = ownHeaders(ask, sent, userAgent);
      const first = await sendFirst(ask, own, signal);
      // A host that is not valid in a URL is not a DNS name either, so the lookup of a container runtime fails.
      if (first === undefined) return { kind: 'unreachable', reason: 'dns-not-found', evidence: evidenceOf(ask) };
      let { url, answer } = first;
      const { route } = ask.target;
      let crossOrigin = false;
      for (let hops = 0; answer.kind === 'response'; hops += 1) {
        const target = redirectTarget(answer.status, headerOf(answer.headers, 'location'), url);
        if (target === undefined) return replyOf(ask, answer, sent, crossOrigin ? url : undefined);
        if (target === 'refused' || hops === maxRedirects) return redirectRefused(ask);
        url = target;
        // After a redirect to another origin, no credentials are sent again, even if a later redirect leads back.
        crossOrigin ||= !isSameOwner(ask, target, first.url);
        const headers = crossOrigin ? foreignHeaders(ask, target, userAgent) : own;
        const request = { ...requestOf(ask), url, headers };
        answer = await send(request, crossOrigin ? withoutClientCertificate(route) : route, signal);
      }
      const failure = brokenFailure(answer.reason, evidenceOf(ask));
      const reached = answer.connected === true || url !== first.url;
      return failure.kind === 'unreachable' && reached ? { ...failure, reached } : failure;
    },
  };
}

/** Whether the target of a redirect may get what the host of the request gets. */
function isSameOwner({ carries }: Ask, target: URL, asked: URL): boolean {
  if (carries !== true) return target.origin === asked.origin;
  return target.hostname === asked.hostname && (target.protocol === asked.protocol || target.protocol === 'https:');
}

interface FirstAnswer {
  readonly url: URL;
  readonly answer: HttpResponse | Broken;
}

/**
 * Whether to try again over plain http: if the host answered without TLS, or, for a host without a port, if nothing
 * answers at port 443. Another server may listen at port 80.
 */
function fallsBack(host: RegistryHost, { reason }: Broken): boolean {
  if (!host.httpFallback) return false;
  return (
    reason === 'plain-http' || (!/:\d+$/.test(host.host) && (reason === 'connection-refused' || reason === 'timeout'))
  );
}

/** What all requests for `ask` have in common. */
function requestOf({ target, method, limit }: Ask): Pick<HttpRequest, 'host' | 'method' | 'limit' | 'namespace'> {
  const { host, namespace } = target;
  return { host: host.host, method, limit, ...(namespace !== undefined && { namespace }) };
}

function urlOf({ target, path, query }: Ask, scheme: 'https' | 'http'): URL | undefined {
  const { host, registry, repository } = target;
  const whole = `/${host.path}/${repository}/${path}`.replaceAll(/\/{2,}/g, '/');
  const url = URL.parse(`${scheme}://${host.host}${whole}`);
  if (url === null) return undefined;
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  if (isMirror(host, registry)) url.searchParams.set('ns', registry);
  return url;
}

function ownHeaders(ask: Ask, sent: SentAuthorization | undefined, userAgent: string): Headers {
  const configured = Object.entries(ask.target.host.header).map(
    ([name, values]) => [name.toLowerCase(), values] as const,
  );
  return {
    ...publicHeaders(ask, userAgent),
    ...Object.fromEntries(configured),
    ...(sent !== undefined && { authorization: sent.header }),
  };
}

/** The headers that any host may get, including the target of a redirect. */
function publicHeaders({ accept, peek }: Ask, userAgent: string): Headers {
  return { 'user-agent': userAgent, accept, ...(peek === true && { range: 'bytes=0-0' }) };
}

/** The headers for the target of a redirect to another origin. */
function foreignHeaders(ask: Ask, { origin }: URL, userAgent: string): Headers {
  const { afterRedirect } = ask;
  const authorization = afterRedirect?.origin === origin ? { authorization: afterRedirect.header } : {};
  return { ...publicHeaders(ask, userAgent), ...authorization };
}

function replyOf(
  { method }: Ask,
  response: HttpResponse,
  sent: SentAuthorization | undefined,
  crossOrigin: URL | undefined,
): Reply {
  return {
    ...response,
    kind: 'reply',
    method,
    ...(sent !== undefined && { sent }),
    ...(crossOrigin !== undefined && { crossOrigin }),
  };
}

function redirectRefused(ask: Ask): NotAsked {
  return { kind: 'not-asked', reason: 'redirect', host: ask.target.host.host };
}
