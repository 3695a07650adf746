import { LRUCache } from 'lru-cache';
import type { Ask, Outcome, Target } from './ask.ts';
import type { Authorization, Authorize } from './login/authorize.ts';
import { answerable, type Answerable } from './login/challenge.ts';
import type { Exchange } from './exchange.ts';
import { fingerprint } from './login/fingerprint.ts';
import { headerLines } from './header.ts';
import { createRetry } from './retry.ts';

/** Asks one host one thing: challenge, token, redirects and the second try are inside. */
export type Request = (ask: Ask, signal: AbortSignal) => Promise<Outcome>;

export interface RequestOptions {
  readonly exchange: Exchange;
  readonly authorize: Authorize;
  /** A 429 that asks to wait no longer than this, in ms, is asked again once. */
  readonly maxRetryAfterMs: number;
}

/** Challenges are remembered for this many repositories and credentials. */
const maxChallenges = 10_000;

/**
 * The order is containerd's: nothing is sent at first, and a challenge is answered with what matched. Where this
 * repository has challenged this credential before, the answer goes along at once; if that fails, it all begins anew
 * without, so that to remember never costs an image.
 */
export function createRequest({ exchange, authorize, maxRetryAfterMs }: RequestOptions): Request {
  const challenges = new LRUCache<string, Answerable>({ max: maxChallenges });
  const tried = createRetry(exchange, maxRetryAfterMs);

  async function answered(ask: Ask, challenge: Answerable, signal: AbortSignal): Promise<Outcome> {
    const answer = async (): Promise<{ readonly outcome: Outcome; readonly with?: Authorization }> => {
      const authorization = await authorize(ask, challenge, exchange.schemeOf(ask.target.host), signal);
      if (authorization.kind !== 'authorization') return { outcome: authorization };
      return { outcome: await tried(ask, authorization, signal), with: authorization };
    };
    const first = await answer();
    if (first.with?.dropToken !== undefined && mayBeExpired(first.outcome)) first.with.dropToken();
    else if (!mayPass(first.outcome)) return first.outcome;
    return (await answer()).outcome;
  }

  async function request(ask: Ask, signal: AbortSignal): Promise<Outcome> {
    const key = memoryKey(ask.target);
    const known = challenges.get(key);
    if (known !== undefined) {
      const outcome = await answered(ask, known, signal);
      if (isSettled(outcome)) return outcome;
      challenges.delete(key);
    }
    const outcome = await tried(ask, undefined, signal);
    if (outcome.kind !== 'reply' || outcome.status !== 401 || outcome.elsewhere) return outcome;
    const challenge = answerable(headerLines(outcome.headers, 'www-authenticate'));
    if (challenge === undefined) return outcome;
    const second = await answered(ask, challenge, signal);
    if (second.kind === 'reply' && second.status < 300) challenges.set(key, challenge);
    return second;
  }

  return async (ask, signal) => {
    if (ask.target.blockedBy !== undefined) return ask.target.blockedBy;
    const outcome = await request(ask, signal);
    // The one status after which containerd asks for a manifest by GET.
    const noHead =
      outcome.kind === 'reply' && outcome.status === 405 && ask.method === 'HEAD' && ask.asked === 'manifest';
    return noHead ? request({ ...ask, method: 'GET' }, signal) : outcome;
  };
}

function memoryKey({ host, repository, credential }: Target): string {
  return `${host.host} ${host.path} ${repository} ${fingerprint(credential)}`;
}

/** Whether an answer to a remembered challenge says all that the order from the beginning would say. */
function isSettled(outcome: Outcome): boolean {
  if (outcome.kind === 'reply') return outcome.status < 400 || outcome.status === 429 || outcome.status >= 500;
  return outcome.kind === 'unreachable' && outcome.evidence.asked !== 'token';
}

/** An expired token reads 401; at ECR 403 without a challenge, at ECR Public 400. */
function mayBeExpired(outcome: Outcome): boolean {
  return outcome.kind === 'reply' && (outcome.status === 400 || outcome.status === 401 || outcome.status === 403);
}

/**
 * A refusal that is asked again, once; containerd does so four times. One that names an error (`insufficient_scope`)
 * means what it says.
 */
function mayPass(outcome: Outcome): boolean {
  if (outcome.kind !== 'reply' || outcome.status !== 401 || outcome.elsewhere) return false;
  const challenge = answerable(headerLines(outcome.headers, 'www-authenticate'));
  return challenge !== undefined && (challenge.scheme === 'basic' || challenge.error === undefined);
}
