import type { Figure, Mode } from '../figure.ts';
import { load } from '../load.ts';
import { startEcho, startPullgate } from '../target.ts';
import { repeated, reviewOf, startRegistry, tagsUpTo } from '../workloads.ts';

/** The loads, each after some reviews that are not measured. */
const loads = [
  { clients: 1, reviews: 3_000 },
  { clients: 8, reviews: 12_000 },
] as const;

export const warm: Mode = {
  name: 'warm',
  about: 'three images that are in the cache, beside a minimal node:https server that allows every review',
  async run(scale) {
    await using registry = await startRegistry(tagsUpTo(3));
    const review = [reviewOf(tagsUpTo(3).map((tag) => registry.image(tag)))];
    await using echo = await startEcho();
    await using pullgate = await startPullgate();
    for (const target of [echo, pullgate]) await load(target, 8, repeated(review, 6_000 * scale));
    const figures: Figure[] = [];
    for (const { clients, reviews } of loads) {
      const bare = await load(echo, clients, repeated(review, reviews * scale));
      const own = await load(pullgate, clients, repeated(review, reviews * scale));
      const crowd = `${clients} client${clients === 1 ? '' : 's'}`;
      figures.push(
        { name: `reviews, ${crowd}`, value: own.perSecond, unit: 'reviews/s' },
        { name: `reviews of the minimal server, ${crowd}`, value: bare.perSecond, unit: 'reviews/s' },
        { name: `median time, ${crowd}`, value: own.p50, unit: 'ms' },
        { name: `99th percentile, ${crowd}`, value: own.p99, unit: 'ms' },
        { name: `CPU for a review, ${crowd}`, value: own.cpuMs, unit: 'ms' },
        { name: `CPU, times that of the minimal server, ${crowd}`, value: own.cpuMs / bare.cpuMs, unit: 'x' },
      );
    }
    return figures.map((figure) =>
      figure.name === 'CPU, times that of the minimal server, 8 clients' ? { ...figure, goal: { most: 1.5 } } : figure,
    );
  },
};
