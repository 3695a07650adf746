import { LRUCache } from 'lru-cache';
import type { Failure } from '../engine/answer.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ask, Outcome } from './ask.ts';
import { askWhy, type Explainer } from './ask-why.ts';
import { fingerprint } from './login/fingerprint.ts';

/** Explains the failure of a HEAD, see `askWhy`. Throws if `signal` aborts. */
export type Why = (ask: Ask, head: Outcome, signal: AbortSignal) => Promise<Failure>;

/** How many explanations are remembered, and for how long, in ms. */
const remembered = { max: 5000, ttl: 60_000 };

/**
 * Returns `askWhy` with a memory. A controller sends a denied Pod again and again. Each time a HEAD must confirm the
 * failure, because somebody may have fixed it, but as long as the HEAD gets the same answer, its explanation is the same.
 */
export function rememberWhy(explainer: Explainer, clock: Clock): Why {
  const explanations = new LRUCache<string, { readonly failure: Failure; readonly until: number }>({
    max: remembered.max,
  });

  return async (ask, head, signal) => {
    const key = keyOf(ask, head);
    const known = key === undefined ? undefined : explanations.get(key);
    if (known !== undefined && clock.now() < known.until) return known.failure;
    const failure = await askWhy(explainer, ask, head, signal);
    if (key !== undefined && isLasting(failure)) {
      explanations.set(key, { failure, until: clock.now() + remembered.ttl });
    }
    return failure;
  };
}

/** Equal for the same answer to the same HEAD with the same credential. Undefined if there is no answer to a HEAD. */
function keyOf({ target, path, method }: Ask, head: Outcome): string | undefined {
  if (head.kind !== 'reply' || method !== 'HEAD' || head.method !== 'HEAD') return undefined;
  const { host, registry, repository, credential } = target;
  const challenged = head.sent === undefined ? 'anonymous' : head.sent.scheme;
  const asked = [host.host, host.path, registry, repository, path, head.status, challenged].join(' ');
  return `${asked} ${fingerprint(credential)}`;
}

/** Whether a failure is that of the registry itself, as HEAD and GET agree. */
function isLasting(failure: Failure): boolean {
  if (failure.kind !== 'not-found' && failure.kind !== 'refused') return false;
  return failure.unproven !== true && (failure.evidence.getStatus ?? 400) >= 400;
}
