import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Ask, Outcome, Party, Sent } from './ask.ts';
import type { Authorization, Authorize } from './authorize.ts';
import { answerable, type Answerable } from './challenge.ts';
import type { Exchange } from './exchange.ts';
import { fingerprint } from './fingerprint.ts';
import { headerLines, headerOf } from './header.ts';
import { retryAfterMs } from './retry-after.ts';

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
export function createRequest({ exchange: line, authorize, maxRetryAfterMs }: RequestOptions): Request {
  const challenges = new LRUCache<string, Answerable>({ max: maxChallenges });

  async function tried(ask: Ask, sent: Sent | undefined, signal: AbortSignal): Promise<Outcome> {
    let outcome = await line.exchange(ask, sent, signal);
    for (let attempts = 1; attempts < maxAttempts; attempts += 1) {
      const pause = pauseBefore(outcome, ask.party, maxRetryAfterMs);
      if (pause === undefined) break;
      await sleep(pause, undefined, { signal });
      const before = outcome;
      outcome = await line.exchange(ask, sent, signal);
      if (isSameAgain(before, outcome)) break;
    }
    return outcome;
  }

  async function answered(ask: Ask, challenge: Answerable, signal: AbortSignal): Promise<Outcome> {
    const answer = async (): Promise<{ readonly outcome: Outcome; readonly with?: Authorization }> => {
      const authorization = await authorize(ask, challenge, line.schemeOf(ask.party.host), signal);
      if (authorization.kind !== 'authorization') return { outcome: authorization };
      return { outcome: await tried(ask, authorization, signal), with: authorization };
    };
    const first = await answer();
    if (first.with?.dropToken !== undefined && mayBeExpired(first.outcome)) first.with.dropToken();
    else if (!mayPass(first.outcome)) return first.outcome;
    return (await answer()).outcome;
  }

  async function request(ask: Ask, signal: AbortSignal): Promise<Outcome> {
    const key = memoryKey(ask.party);
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
    if (ask.party.obstacle !== undefined) return ask.party.obstacle;
    const outcome = await request(ask, signal);
    // The one status after which containerd asks for a manifest by GET.
    const noHead =
      outcome.kind === 'reply' && outcome.status === 405 && ask.method === 'HEAD' && ask.asked === 'manifest';
    return noHead ? request({ ...ask, method: 'GET' }, signal) : outcome;
  };
}

function memoryKey({ host, repository, credential }: Party): string {
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

/** As often is one thing asked of one host (containerd's maxAttempts). */
const maxAttempts = 5;

/** What is asked again where no other host follows, until it comes twice; 502 and connections that break are not. */
const outages: ReadonlySet<number> = new Set([500, 503, 504]);

/** What says more than a moment's trouble when it comes twice in a row. */
const onlyTwice: ReadonlySet<number> = new Set([429, ...outages]);

function isSameAgain(before: Outcome, outcome: Outcome): boolean {
  return (
    before.kind === 'reply' &&
    outcome.kind === 'reply' &&
    onlyTwice.has(outcome.status) &&
    before.status === outcome.status
  );
}

/**
 * Ms to wait before the same is asked again; undefined: what was said stands. Mirrors retryRequest of containerd
 * core/remotes/docker/resolver.go, but for 429: a storm of retries is what quotas are against.
 */
function pauseBefore(outcome: Outcome, { last }: Party, maxRetryAfterMs: number): number | undefined {
  if (outcome.kind !== 'reply') return undefined;
  const { status, headers } = outcome;
  const asked = retryAfterMs(headerOf(headers, 'retry-after'), Date.now());
  if (status === 429) return asked !== undefined && asked <= maxRetryAfterMs ? asked : undefined;
  if (status !== 408 && !(last && outages.has(status))) return undefined;
  return asked === undefined || asked <= maxRetryAfterMs ? jittered() : undefined;
}

/** Between 50 and 150 ms: those who failed together do not come back together. */
function jittered(): number {
  return 50 + Math.random() * 100;
}
