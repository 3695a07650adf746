import { LRUCache } from 'lru-cache';
import type { Throttled } from '../../engine/answer.ts';
import type { Registry } from '../../engine/ports.ts';
import type { Clock } from '../../lib/clock.ts';
import { fingerprint } from '../login/fingerprint.ts';
import { decorateEach, type PortAnswer } from './decorate-each.ts';

/** How long a 429 is taken at its word. */
export interface CooldownOptions {
  readonly clock: Clock;
  /** How long, in ms, where the registry does not say, or says none. */
  readonly defaultMs: number;
  /** The longest, in ms, whatever the registry says: a quota of hours may be raised in minutes. */
  readonly maxMs: number;
  /** Pairs of registry and credential that are remembered. */
  readonly maxEntries: number;
}

/**
 * `registry` that takes a 429 at its word: until the time that it names nobody asks again with that credential (R24),
 * and everyone is told what it said. Each credential has a quota of its own, and so has the anonymous address.
 */
export function cooldownRegistry(registry: Registry, options: CooldownOptions): Registry {
  const { clock, defaultMs, maxMs, maxEntries } = options;
  const cooling = new LRUCache<string, { readonly answer: Throttled; readonly until: number }>({ max: maxEntries });

  function learn(key: string, reply: PortAnswer): void {
    if (reply.kind !== 'throttled') return;
    const { retryAfterMs = 0 } = reply;
    const ms = Math.min(retryAfterMs > 0 ? retryAfterMs : defaultMs, maxMs);
    cooling.set(key, { answer: reply, until: clock.now() + ms });
  }

  return decorateEach(registry, async ({ reference, credential }, ask, signal) => {
    signal.throwIfAborted();
    const key = `${reference.registry} ${fingerprint(credential)}`;
    const known = cooling.get(key);
    if (known !== undefined) {
      const retryAfterMs = known.until - clock.now();
      if (retryAfterMs > 0) return { ...known.answer, retryAfterMs };
      cooling.delete(key);
    }
    const answer = await ask(signal);
    learn(key, answer);
    return answer;
  });
}
