import { LRUCache } from 'lru-cache';
import type { Ask, Outcome, Target } from './ask.ts';
import type { Authorization, Authorize } from './login/authorize.ts';
import { answerable, type Answerable } from './login/challenge.ts';
import type { Exchange } from './exchange.ts';
import { fingerprint } from './login/fingerprint.ts';
import { headerLines } from './header.ts';
import { createRetry } from './retry.ts';

/** Sends one request to one host, including challenge, token, redirects and retries. Throws if `signal` aborts. */
export type Request = (ask: Ask, signal: AbortSignal) => Promise<Outcome>;

export interface RequestOptions {
  readonly exchange: Exchange;
  readonly authorize: Authorize;
  /** A 429 is retried once if it asks to wait no longer than this, in ms. */
  readonly maxRetryAfterMs: number;
}

/** The number of remembered challenges: one for each combination of host, repository and credential. */
const maxChallenges = 10_000;

/**
 * Returns a function that sends requests in containerd's order: first without authorization, then, after a challenge,
 * with the credential that matched. If the repository challenged this credential before, the first request already
 * carries the authorization. If that request fails, everything starts again without it, so that a remembered challenge
 * never makes an image fail.
 */
export function createRequest({ exchange, authorize, maxRetryAfterMs }: RequestOptions): Request {
  const challenges = new LRUCache<string, Answerable>({ max: maxChallenges });
  const sendWithRetry = createRetry(exchange, maxRetryAfterMs);

  /** Sends the request with authorization, and once more if the first token has expired or the 401 looks temporary. */
  async function sendAuthorized(ask: Ask, challenge: Answerable, signal: AbortSignal): Promise<Outcome> {
    const attempt = async (): Promise<{ readonly outcome: Outcome; readonly sent?: Authorization }> => {
      const authorization = await authorize(ask, challenge, exchange.schemeOf(ask.target.host), signal);
      if (authorization.kind !== 'authorization') return { outcome: authorization };
      return { outcome: await sendWithRetry(ask, authorization, signal), sent: authorization };
    };
    const { outcome, sent } = await attempt();
    if (sent?.dropToken !== undefined && mayBeExpired(outcome)) sent.dropToken();
    else if (!mayBeTemporary(outcome)) return outcome;
    return (await attempt()).outcome;
  }

  async function request(ask: Ask, signal: AbortSignal): Promise<Outcome> {
    const key = challengeKey(ask.target);
    const remembered = challenges.get(key);
    if (remembered !== undefined) {
      const outcome = await sendAuthorized(ask, remembered, signal);
      if (isFinal(outcome)) return outcome;
      challenges.delete(key);
    }
    const outcome = await sendWithRetry(ask, undefined, signal);
    if (outcome.kind !== 'reply' || outcome.status !== 401 || outcome.crossOrigin) return outcome;
    const challenge = answerable(headerLines(outcome.headers, 'www-authenticate'));
    if (challenge === undefined) return outcome;
    const authorized = await sendAuthorized(ask, challenge, signal);
    if (authorized.kind === 'reply' && authorized.status < 300) challenges.set(key, challenge);
    return authorized;
  }

  return async (ask, signal) => {
    if (ask.target.blockedBy !== undefined) return ask.target.blockedBy;
    const outcome = await request(ask, signal);
    // The only status after which containerd repeats the HEAD for a manifest as a GET.
    const headNotAllowed =
      outcome.kind === 'reply' && outcome.status === 405 && ask.method === 'HEAD' && ask.asked === 'manifest';
    return headNotAllowed ? request({ ...ask, method: 'GET' }, signal) : outcome;
  };
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
 * Whether a 401 may be temporary. It is then retried once; containerd retries it four times. A Bearer challenge that
 * names an error (such as `insufficient_scope`) is final.
 */
function mayBeTemporary(outcome: Outcome): boolean {
  if (outcome.kind !== 'reply' || outcome.status !== 401 || outcome.crossOrigin) return false;
  const challenge = answerable(headerLines(outcome.headers, 'www-authenticate'));
  return challenge !== undefined && (challenge.scheme === 'basic' || challenge.error === undefined);
}
