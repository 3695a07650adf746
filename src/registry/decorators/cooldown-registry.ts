import { LRUCache } from 'lru-cache';
import type { Throttled } from '../../engine/answer.ts';
import type { Registry } from '../../engine/ports.ts';
import type { Clock } from '../../lib/clock.ts';
import { fingerprint } from '../login/fingerprint.ts';
import { decorateEach, type PortAnswer } from './decorate-each.ts';

/** How long to wait after a 429. */
export interface CooldownOptions {
  readonly clock: Clock;
  /** The wait if the registry names none, or 0, in ms. */
  readonly defaultMs: number;
  /** The longest wait, in ms. A registry can ask for hours, but its quota may be raised earlier. */
  readonly maxMs: number;
  /** The maximum number of pairs of registry and credential that are remembered. */
  readonly maxEntries: number;
}

/**
 * Returns `registry` with a wait after each `throttled` answer: until the time that the registry asked for, calls with
 * the same credential get that answer again. Each credential has its own wait, because each has its own quota; so do
 * anonymous calls.
 */
export function cooldownRegistry(registry: Registry, options: CooldownOptions): Registry {
  const { clock, defaultMs, maxMs, maxEntries } = options;
  const cooling = new LRUCache<string, { readonly answer: Throttled; readonly until: number }>({ max: maxEntries });

  function record(key: string, answer: PortAnswer): void {
    if (answer.kind !== 'throttled') return;
    const { retryAfterMs = 0 } = answer;
    const ms = Math.min(retryAfterMs > 0 ? retryAfterMs : defaultMs, maxMs);
    cooling.set(key, { answer, until: clock.now() + ms });
  }

  return decorateEach(registry, async ({ reference, credential }, call, signal) => {
    signal.throwIfAborted();
    const key = `${reference.registry} ${fingerprint(credential)}`;
    const entry = cooling.get(key);
    if (entry !== undefined) {
      const retryAfterMs = entry.until - clock.now();
      if (retryAfterMs > 0) return { ...entry.answer, retryAfterMs };
      cooling.delete(key);
    }
    const answer = await call(signal);
    record(key, answer);
    return answer;
  });
}
