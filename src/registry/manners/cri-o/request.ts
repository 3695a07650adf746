import { LRUCache } from 'lru-cache';
import type { Failure } from '../../../engine/answer.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Ask, Outcome, SentAuthorization, Target } from '../../ask.ts';
import type { Exchange } from '../../exchange.ts';
import { headerLines } from '../../header.ts';
import type { Authorize } from '../../login/authorize.ts';
import { type Answerable, firstAnswerable } from '../../login/challenge.ts';
import type { Request } from '../../request.ts';
import type { IsRegistry } from '../../registry-marks.ts';
import { createRetry, pausesIfThrottled } from '../../retry.ts';
import { type Greeting, overScheme, ping } from './ping.ts';

export interface RequestOptions {
  readonly exchange: Exchange;
  readonly authorize: Authorize;
  /** A 429 is retried if it asks to wait no longer than this, in ms. */
  readonly maxRetryAfterMs: number;
  readonly clock: Clock;
}

/** Sends requests like CRI-O. */
export interface CrioClient {
  readonly request: Request;
  /** Whether the host of a target answered `/v2/` like a registry. Known after a request to it. */
  readonly isRegistry: IsRegistry;
}

/** How many hosts are remembered, and for how long, in ms. */
const remembered = { max: 1000, ttl: 60_000 };

/**
 * Returns a client that sends requests in CRI-O's order: `/v2/` tells the scheme and the challenge, and every further
 * request answers that challenge at once. What `/v2/` said is remembered for a minute. If a request then fails, it
 * starts again without that memory, so that a memory never makes an image fail. Mirrors makeRequest of containers/image
 * v5.35.0 docker/docker_client.go, except for 429: quotas exist to prevent storms of retries. After a redirect, Go sends
 * the authorization to every port of the host.
 */
export function createCrioClient({ exchange, authorize, maxRetryAfterMs, clock }: RequestOptions): CrioClient {
  const greetings = new LRUCache<string, { readonly greeting: Greeting; readonly until: number }>({
    max: remembered.max,
  });
  const sendWithRetry = createRetry(exchange, pausesIfThrottled(maxRetryAfterMs));

  async function greet(target: Target, signal: AbortSignal): Promise<Greeting | Failure> {
    const greeting = await ping(target, (ask, aborting) => sendWithRetry(ask, undefined, aborting), signal);
    if (greeting.kind === 'greeting') greetings.set(keyOf(target), { greeting, until: clock.now() + remembered.ttl });
    return greeting;
  }

  /** Sends the request after a greeting. A cached token may have expired, so it is renewed once. */
  async function sendAuthorized(ask: Ask, { scheme, challenge }: Greeting, signal: AbortSignal): Promise<Outcome> {
    const plain = { ...ask, carries: true, target: overScheme(ask.target, scheme) } as const;
    if (challenge === undefined) return sendWithRetry(plain, undefined, signal);
    for (let renewed = false; ; renewed = true) {
      const authorization = await authorize(plain, challenge, scheme, signal);
      if (authorization.kind !== 'authorization') return authorization;
      const outcome = await sendWithRetry(plain, sentOf(ask.target, authorization), signal);
      if (renewed || authorization.dropToken === undefined || !mayBeExpired(outcome)) return outcome;
      authorization.dropToken();
    }
  }

  /** If a token lacks a scope, the registry says which, and the request is sent again with another token. */
  async function sendScoped(ask: Ask, greeting: Greeting, signal: AbortSignal): Promise<Outcome> {
    const { challenge } = greeting;
    if (challenge?.scheme !== 'bearer') return sendAuthorized(ask, greeting, signal);
    const outcome = await sendAuthorized(ask, { ...greeting, challenge: { ...challenge, scopes: [] } }, signal);
    const scope = lackingScope(outcome);
    if (scope === undefined) return outcome;
    return sendAuthorized(ask, { ...greeting, challenge: { ...challenge, scopes: [scope] } }, signal);
  }

  async function request(ask: Ask, signal: AbortSignal): Promise<Outcome> {
    const { target } = ask;
    if (target.blockedBy !== undefined) return target.blockedBy;
    const known = greetings.get(keyOf(target));
    if (known !== undefined && clock.now() < known.until) {
      const outcome = await sendScoped(ask, known.greeting, signal);
      if (isFinal(outcome)) return outcome;
      greetings.delete(keyOf(target));
    }
    const greeting = await greet(target, signal);
    return greeting.kind === 'greeting' ? sendScoped(ask, greeting, signal) : greeting;
  }

  return { request, isRegistry: async (target) => greetings.get(keyOf(target))?.greeting.isRegistry === true };
}

function keyOf({ host }: Target): string {
  return `${host.host} ${host.httpFallback} ${host.skipVerify}`;
}

/** An empty user and password are no authorization that a registry could reject. */
function sentOf({ credential }: Target, sent: SentAuthorization): SentAuthorization {
  return credential.kind === 'anonymous' && sent.scheme === 'basic' ? { ...sent, empty: true } : sent;
}

/** Registries answer an expired token with 401, ECR with 403 and no challenge, ECR Public with 400. */
function mayBeExpired(outcome: Outcome): boolean {
  return outcome.kind === 'reply' && (outcome.status === 400 || outcome.status === 401 || outcome.status === 403);
}

/** Whether a new greeting could not give a better outcome. */
function isFinal(outcome: Outcome): boolean {
  return outcome.kind === 'reply' && (outcome.status < 400 || outcome.status === 429);
}

/** Mirrors needsRetryWithUpdatedScope of containers/image v5.35.0 docker/docker_client.go. */
function lackingScope(outcome: Outcome): string | undefined {
  if (outcome.kind !== 'reply' || outcome.status !== 401) return undefined;
  const challenge: Answerable | undefined = firstAnswerable(headerLines(outcome.headers, 'www-authenticate'));
  if (challenge?.scheme !== 'bearer' || challenge.error !== 'insufficient_scope') return undefined;
  const scope = challenge.scopes.join(' ');
  return scope.split(':').length === 3 ? scope : undefined;
}
