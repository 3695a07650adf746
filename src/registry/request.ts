import { LRUCache } from 'lru-cache';
import type { Ask, Outcome, Target } from './ask.ts';
import type { Authorize } from './login/authorize.ts';
import { challengeOf, type Answerable } from './login/challenge.ts';
import type { Exchange } from './exchange.ts';
import { fingerprint } from './login/fingerprint.ts';
import { withoutClientCertificate } from './network/dispatchers.ts';
import { secretOf } from './login/secret.ts';
import { createRetry, maxAttempts, type PauseBefore } from './retry.ts';

/** Sends one request to one host, including challenge, token, redirects and retries. Throws if `signal` aborts. */
export type Request = (ask: Ask, signal: AbortSignal) => Promise<Outcome>;

export interface RequestOptions {
  readonly exchange: Exchange;
  readonly authorize: Authorize;
  /** Which failures are retried, and after how long. */
  readonly pauses: PauseBefore;
}

/** The number of remembered challenges: one for each combination of host, repository and credential. */
const maxChallenges = 10_000;

/**
 * Returns a function that sends requests in containerd's order: first without authorization, then, after a challenge,
 * with the credential that matched. If the repository challenged this credential before, the first request already
 * carries the authorization. If that request fails, everything starts again without it, so that a remembered challenge
 * never makes an image fail.
 */
export function createRequest({ exchange, authorize, pauses }: RequestOptions): Request {
  const challenges = new LRUCache<string, Answerable>({ max: maxChallenges });
  const sendWithRetry = createRetry(exchange, pauses);

  /**
   * Sends the request with authorization, again if the token has expired, and up to `attempts` times while the 401 looks
   * temporary.
   */
  async function sendAuthorized(
    ask: Ask,
    challenge: Answerable,
    attempts: number,
    signal: AbortSignal,
  ): Promise<Outcome> {
    let renewed = false;
    for (let left = attempts; ;) {
      const authorization = await authorize(ask, challenge, exchange.schemeOf(ask.target.host), signal);
      if (authorization.kind !== 'authorization') return authorization;
      const outcome = await sendWithRetry(ask, authorization, signal);
      if (!renewed && authorization.dropToken !== undefined && mayBeExpired(outcome)) {
        authorization.dropToken();
        renewed = true;
        continue;
      }
      left -= 1;
      if (left === 0 || !mayBeTemporary(outcome)) return outcome;
    }
  }

  async function request(ask: Ask, signal: AbortSignal): Promise<Outcome> {
    const key = challengeKey(ask.target);
    const remembered = challenges.get(key);
    if (remembered !== undefined) {
      const outcome = await sendAuthorized(ask, remembered, 1, signal);
      if (isFinal(outcome)) return outcome;
      challenges.delete(key);
    }
    const outcome = await sendWithRetry(ask, undefined, signal);
    const challenge = challengeOf(outcome);
    if (challenge === undefined || crossOriginOf(outcome) !== undefined) return outcome;
    const authorized = await sendAuthorized(ask, challenge, maxAttempts - 1, signal);
    if (authorized.kind === 'reply' && authorized.status < 300) challenges.set(key, challenge);
    return authorized;
  }

  /**
   * Answers the challenge of another origin, to which the registry redirected, with a token that needs no credential.
   * containerd would send the credential of the registry there too; Pullgate never does.
   */
  async function requestAfterRedirect(ask: Ask, signal: AbortSignal): Promise<Outcome> {
    const outcome = await request(ask, signal);
    const challenge = challengeOf(outcome);
    const url = crossOriginOf(outcome);
    if (challenge === undefined || url === undefined || secretOf(ask.target.credential) !== undefined) return outcome;
    const { protocol, origin } = url;
    const scheme = protocol === 'http:' ? 'http' : 'https';
    const authorization = await authorize(foreignAsk(ask), challenge, scheme, signal);
    if (authorization.kind !== 'authorization') return authorization;
    return request({ ...ask, afterRedirect: { origin, header: authorization.header } }, signal);
  }

  return async (ask, signal) => {
    if (ask.target.blockedBy !== undefined) return ask.target.blockedBy;
    const outcome = await requestAfterRedirect(ask, signal);
    // The only status after which containerd repeats the HEAD for a manifest as a GET.
    const headNotAllowed =
      outcome.kind === 'reply' && outcome.status === 405 && ask.method === 'HEAD' && ask.asked === 'manifest';
    return headNotAllowed ? requestAfterRedirect({ ...ask, method: 'GET' }, signal) : outcome;
  };
}

function crossOriginOf(outcome: Outcome): URL | undefined {
  return outcome.kind === 'reply' ? outcome.crossOrigin : undefined;
}

/** The request as another origin may see it: without what the operator configured for the registry. */
function foreignAsk(ask: Ask): Ask {
  const { target } = ask;
  const host = { ...target.host, header: {} };
  return { ...ask, target: { ...target, host, route: withoutClientCertificate(target.route) } };
}

function challengeKey({ host, repository, credential }: Target): string {
  return `${host.host} ${host.path} ${repository} ${fingerprint(credential)}`;
}

/** Whether the outcome with a remembered challenge is final, so that starting again could not give a better one. */
function isFinal(outcome: Outcome): boolean {
  if (outcome.kind === 'reply') return outcome.status < 400 || outcome.status === 429 || outcome.status >= 500;
  return outcome.kind === 'unreachable' && outcome.evidence.asked !== 'token';
}

/** Registries answer an expired token with 401, ECR with 403 and no challenge, ECR Public with 400. */
function mayBeExpired(outcome: Outcome): boolean {
  return outcome.kind === 'reply' && (outcome.status === 400 || outcome.status === 401 || outcome.status === 403);
}

/**
 * Whether a 401 may be temporary: containerd repeats the request until `maxAttempts`. A Bearer challenge that names an
 * error (such as `insufficient_scope`) is final.
 */
function mayBeTemporary(outcome: Outcome): boolean {
  if (crossOriginOf(outcome) !== undefined) return false;
  const challenge = challengeOf(outcome);
  return challenge !== undefined && (challenge.scheme === 'basic' || challenge.error === undefined);
}
