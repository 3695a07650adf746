import type { Failure } from '../../../engine/answer.ts';
import type { Ask, Outcome, Reply, Target } from '../../ask.ts';
import { replyFailure } from '../../classify.ts';
import { headerLines } from '../../header.ts';
import type { Answerable } from '../../login/challenge.ts';
import { firstAnswerable } from '../../login/challenge.ts';
import { answersLikeRegistry, versionCheck } from '../../registry-marks.ts';

/** What CRI-O learns about a host before it asks for anything else. */
export interface Greeting {
  readonly kind: 'greeting';
  readonly scheme: 'https' | 'http';
  /** The challenge that all further requests answer. Undefined if they carry no authorization. */
  readonly challenge?: Answerable;
  /** Whether the answer was that of a registry, and not any web page. */
  readonly isRegistry: boolean;
}

/** Sends one request. Throws if `signal` aborts. */
export type SendAsk = (ask: Ask, signal: AbortSignal) => Promise<Outcome>;

/**
 * Asks `/v2/` of a host: by https, and if that fails and the host may be insecure, by plain http. Any other status than
 * 200 and 401 is a failure. Throws if `signal` aborts. Mirrors detectPropertiesHelper of containers/image v5.35.0
 * docker/docker_client.go.
 */
export async function ping(target: Target, send: SendAsk, signal: AbortSignal): Promise<Greeting | Failure> {
  const secure = await pingBy('https', target, send, signal);
  const mayBePlain = target.host.httpFallback && secure.kind !== 'greeting';
  return mayBePlain ? pingBy('http', target, send, signal) : secure;
}

async function pingBy(
  scheme: 'https' | 'http',
  target: Target,
  send: SendAsk,
  signal: AbortSignal,
): Promise<Greeting | Failure> {
  const ask = versionCheck(overScheme(target, scheme));
  const outcome = await send(ask, signal);
  if (outcome.kind !== 'reply') return outcome;
  if (outcome.status !== 200 && outcome.status !== 401) return unusable(ask, outcome);
  const challenge = firstAnswerable(headerLines(outcome.headers, 'www-authenticate'));
  const isRegistry = answersLikeRegistry(outcome);
  return { kind: 'greeting', scheme, isRegistry, ...(challenge !== undefined && { challenge }) };
}

/** Returns a target that is asked only by one scheme. */
export function overScheme(target: Target, scheme: 'https' | 'http'): Target {
  return { ...target, host: { ...target.host, scheme, httpFallback: false } };
}

/** A status here is about the host, and says nothing about the image. */
function unusable(ask: Ask, reply: Reply): Failure {
  const failure = replyFailure(ask, reply);
  return failure.kind === 'not-found'
    ? { kind: 'unreachable', reason: 'protocol', evidence: failure.evidence }
    : failure;
}
