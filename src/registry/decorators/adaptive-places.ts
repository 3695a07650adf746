import { LRUCache } from 'lru-cache';
import type { Failure } from '../../engine/answer.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Around, PortAnswer } from './decorate-each.ts';

export interface AdaptiveOptions {
  readonly clock: Clock;
  /** The number of places at the start, and the fewest. */
  readonly least: number;
  /** The most places. If it is less than `least`, the number of places is always `most`. */
  readonly most: number;
  /** The maximum number of registries that are remembered. */
  readonly maxRegistries: number;
}

/** How many calls each registry may have at the same time: learned from its answers. */
export interface AdaptivePlaces {
  /** Returns the number of places of a registry, now. */
  of(registry: string): number;
  /** Learns from each call to a registry. */
  readonly learn: Around;
}

/** What is known about one registry. Times are in ms. */
interface Learned {
  places: number;
  /** Whether nothing was refused or slow so far. */
  untroubled: boolean;
  calls: number;
  /** How long a call takes: on average over many calls, and over the last few. */
  usualMs: number;
  recentMs: number;
  /** When the places became fewer the last time. Calls that were running then say nothing new. */
  fewerAt: number;
}

/** The weight of one call in an average. */
const weights = { usual: 1 / 256, recent: 1 / 16 } as const;
/** A registry is slow if its recent calls take this many times as long as usual, and at least `slackMs` longer. */
const slowFactor = 2;
const slackMs = 20;
/** The part of the places that stays. */
const kept = { refused: 0.5, slow: 0.8 } as const;

/**
 * Returns places that increase while a registry uses them and answers as fast as usual: by one with each answer at the
 * start, which is half of them in each round trip, and after the first trouble by one in two round trips. They become
 * fewer, once in a round trip, if the registry refuses a call or becomes slow. This is the additive increase and
 * multiplicative decrease of TCP (RFC 5681), with the averages of two lengths of Netflix's concurrency-limits 0.5
 * (Gradient2Limit) instead of lost packets.
 *
 * They are never fewer than `least`, because one namespace can make a registry refuse its calls, and the others must
 * keep their places.
 */
export function adaptivePlaces({ clock, least, most, maxRegistries }: AdaptiveOptions): AdaptivePlaces {
  const start = Math.min(least, most);
  const registries = new LRUCache<string, Learned>({ max: maxRegistries });
  const running = new Map<string, number>();

  function count(registry: string, by: 1 | -1): number {
    const calls = (running.get(registry) ?? 0) + by;
    if (calls === 0) running.delete(registry);
    else running.set(registry, calls);
    return calls;
  }

  function learnedOf(registry: string): Learned {
    const known = registries.get(registry);
    if (known !== undefined) return known;
    const learned = { places: start, untroubled: true, calls: 0, usualMs: 0, recentMs: 0, fewerAt: -Infinity };
    registries.set(registry, learned);
    return learned;
  }

  function keep(part: number, learned: Learned, startedAt: number): void {
    if (startedAt <= learned.fewerAt) return;
    learned.places = Math.max(start, learned.places * part);
    learned.untroubled = false;
    learned.fewerAt = clock.now();
    learned.recentMs = learned.usualMs;
  }

  function learnFrom(learned: Learned, answer: PortAnswer | Failure, startedAt: number, calls: number): void {
    // Without a request, there is nothing to learn.
    if (answer.kind === 'not-asked') return;
    if (answer.kind === 'throttled' || answer.kind === 'unreachable') {
      keep(kept.refused, learned, startedAt);
      return;
    }
    addTime(learned, clock.now() - startedAt);
    const { recentMs, usualMs } = learned;
    if (recentMs > slowFactor * usualMs && recentMs > usualMs + slackMs) keep(kept.slow, learned, startedAt);
    // Only a call that found at least half of the places in use shows that the registry bears so many: a namespace
    // alone gets three quarters.
    else if (calls >= learned.places / 2) {
      learned.places = Math.min(most, learned.places + (learned.untroubled ? 1 : 1 / learned.places));
    }
  }

  return {
    of: (registry) => Math.floor(registries.get(registry)?.places ?? start),
    async learn(question, call, signal) {
      const { registry } = question.reference;
      const startedAt = clock.now();
      const calls = count(registry, 1);
      try {
        const answer = await call(signal);
        learnFrom(learnedOf(registry), answer, startedAt, calls);
        return answer;
      } finally {
        count(registry, -1);
      }
    },
  };
}

/** Adds a time to the averages. Each is the mean of all calls until it has its weight. */
function addTime(learned: Learned, ms: number): void {
  learned.calls += 1;
  learned.usualMs += (ms - learned.usualMs) * Math.max(weights.usual, 1 / learned.calls);
  learned.recentMs += (ms - learned.recentMs) * Math.max(weights.recent, 1 / learned.calls);
}
