import { LRUCache } from 'lru-cache';
import type { NotAsked } from '../engine/answer.ts';
import { isMirror, type RegistryHost } from '../engine/hosts/registry-hosts.ts';
import { type Ask, evidenceOf, type Outcome, type Reply, type Sent } from './ask.ts';
import { brokenFailure } from './classify.ts';
import { withoutIdentity } from './network/dispatchers.ts';
import { headerOf } from './header.ts';
import { maxRedirects, redirectTarget } from './redirect.ts';
import type { Broken, Headers, HttpResponse, Send } from './network/transport.ts';

export interface Exchange {
  /** One ask with one authorisation: plain http where a host falls back to it, redirects followed. */
  exchange(ask: Ask, sent: Sent | undefined, signal: AbortSignal): Promise<Outcome>;
  /** The scheme that a host was last reached by. */
  schemeOf(host: RegistryHost): 'https' | 'http';
}

/** Hosts of which it is remembered that they speak plain http, and for how long, in ms. */
const fallbacks = { max: 1000, ttl: 300_000 };

/** Exchanges over `send`: each host is shown what is its own, and what a redirect leads to is shown nothing. */
export function createExchange(send: Send, userAgent: string): Exchange {
  const plain = new LRUCache<string, true>(fallbacks);

  function schemeOf({ host, scheme, httpFallback }: RegistryHost): 'https' | 'http' {
    return httpFallback && plain.has(host) ? 'http' : scheme;
  }

  /** Mirrors NewHTTPFallback of containerd core/remotes/docker/resolver.go. */
  async function sendFirst(ask: Ask, headers: Headers, signal: AbortSignal): Promise<FirstAnswer | undefined> {
    const { host, route } = ask.target;
    const url = urlOf(ask, schemeOf(host));
    if (url === undefined) return undefined;
    const request = { host: host.host, method: ask.method, headers, limit: ask.limit };
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
      // A host that is no URL's host is no name either: a runtime's look-up finds nothing.
      if (first === undefined) return { kind: 'unreachable', reason: 'dns-not-found', evidence: evidenceOf(ask) };
      let { url, answer } = first;
      const { origin } = url;
      const { route } = ask.target;
      let elsewhere = false;
      for (let hops = 0; answer.kind === 'response'; hops += 1) {
        const target = redirectTarget(answer.status, headerOf(answer.headers, 'location'), url);
        if (target === undefined) return replyOf(ask, answer, sent, elsewhere);
        if (target === 'refused' || hops === maxRedirects) return redirectRefused(ask);
        url = target;
        // Who was once sent elsewhere comes home a stranger: another host chose the way.
        elsewhere ||= target.origin !== origin;
        const headers = elsewhere ? foreignHeaders(ask, userAgent) : own;
        const request = { host: ask.target.host.host, url, method: ask.method, headers, limit: ask.limit };
        answer = await send(request, elsewhere ? withoutIdentity(route) : route, signal);
      }
      return brokenFailure(answer.reason, evidenceOf(ask));
    },
  };
}

interface FirstAnswer {
  readonly url: URL;
  readonly answer: HttpResponse | Broken;
}

/** An answer that is no TLS; without a port of its own also nobody at port 443: 80 may be another. */
function fallsBack(host: RegistryHost, { reason }: Broken): boolean {
  if (!host.httpFallback) return false;
  return (
    reason === 'plain-http' || (!/:\d+$/.test(host.host) && (reason === 'connection-refused' || reason === 'timeout'))
  );
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

function ownHeaders(ask: Ask, sent: Sent | undefined, userAgent: string): Headers {
  const configured = Object.entries(ask.target.host.header).map(
    ([name, values]) => [name.toLowerCase(), values] as const,
  );
  return {
    ...foreignHeaders(ask, userAgent),
    ...Object.fromEntries(configured),
    ...(sent !== undefined && { authorization: sent.header }),
  };
}

/** What may be told to a host that a redirect names: nothing of the registry's own. */
function foreignHeaders({ accept, peek }: Ask, userAgent: string): Headers {
  return { 'user-agent': userAgent, accept, ...(peek === true && { range: 'bytes=0-0' }) };
}

function replyOf(ask: Ask, response: HttpResponse, sent: Sent | undefined, elsewhere: boolean): Reply {
  return { ...response, kind: 'reply', method: ask.method, ...(sent !== undefined && { sent }), elsewhere };
}

function redirectRefused(ask: Ask): NotAsked {
  return { kind: 'not-asked', reason: 'redirect', host: ask.target.host.host };
}
