import { LRUCache } from 'lru-cache';
import { manifestKind } from '../engine/image/manifest-kind.ts';
import type { Clock } from '../lib/clock.ts';
import { member, parseJson } from '../lib/json.ts';
import { createSingleFlight } from '../lib/single-flight.ts';
import { withTimeout } from '../lib/wait.ts';
import type { Ask, Reply, Target } from './ask.ts';
import { errorLimit } from './error-body.ts';
import type { Exchange } from './exchange.ts';
import { headerOf } from './header.ts';
import { bareMediaType } from './media-type.ts';

/** Returns whether the host of a target answers `/v2/` like a registry. Throws if `signal` aborts. */
export type IsRegistry = (target: Target, signal: AbortSignal) => Promise<boolean>;

/** How many hosts are remembered, and for how long, in ms. */
const remembered = { max: 1000, ttl: 60_000 };
/** Time limit for `/v2/`, in ms. A host that does not answer in time may be anything. */
const timeoutMs = 2000;

/**
 * Returns a function that asks `/v2/` of a host at most once per minute. All callers share the answer. Mirrors the API
 * version check of the OCI distribution specification v1.1.
 */
export function createIsRegistry(exchange: Exchange, clock: Clock): IsRegistry {
  const answers = new LRUCache<string, { readonly is: boolean; readonly until: number }>({ max: remembered.max });
  const flights = createSingleFlight<boolean>(clock, 0);

  async function ask(target: Target, signal: AbortSignal): Promise<boolean> {
    const reply = await withTimeout(timeoutMs, signal, (timed) =>
      exchange.exchange(versionCheck(target), undefined, timed),
    );
    return reply?.kind === 'reply' && answersLikeRegistry(reply);
  }

  return async (target, signal) => {
    const key = `${target.host.host} ${target.host.path}`;
    const cached = answers.get(key);
    if (cached !== undefined && clock.now() < cached.until) return cached.is;
    const { value: is } = await flights.fly(key, (shared) => ask(target, shared), signal);
    answers.set(key, { is, until: clock.now() + remembered.ttl });
    return is;
  };
}

/** Returns the request for the API itself, `/v2/`: that for an empty repository. */
export function versionCheck(target: Target): Ask {
  return {
    target: { ...target, repository: '' },
    asked: 'manifest',
    method: 'GET',
    path: '',
    accept: '*/*',
    limit: errorLimit,
  };
}

/** Returns whether a reply for `/v2/` is one of a registry. */
export function answersLikeRegistry(reply: Reply): boolean {
  return hasRegistryMarks(reply) || (reply.status === 200 && !isWebPage(reply));
}

/**
 * Returns whether a reply shows by itself that it comes from a registry: by a header of the distribution API, an error
 * body, a manifest, or a challenge. An ingress, a firewall or a maintenance page has none.
 */
export function hasRegistryMarks({ headers, body, status, sent }: Reply): boolean {
  if (sent !== undefined || headerOf(headers, 'docker-distribution-api-version') !== undefined) return true;
  if (headerOf(headers, 'docker-content-digest') !== undefined) return true;
  if (status === 401 && headerOf(headers, 'www-authenticate') !== undefined) return true;
  const kind = manifestKind(bareMediaType(headerOf(headers, 'content-type')));
  if (status < 300 && (kind === 'image' || kind === 'index' || kind === 'schema1')) return true;
  return Array.isArray(member(parseJson(body), 'errors'));
}

/** Returns whether a reply is an HTML page. */
export function isWebPage({ headers }: Reply): boolean {
  return bareMediaType(headerOf(headers, 'content-type')) === 'text/html';
}
