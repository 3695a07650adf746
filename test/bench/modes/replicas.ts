import type { Figure, Mode } from '../figure.ts';
import { load } from '../load.ts';
import { startPullgate, type Target } from '../target.ts';
import { reviewOf, startRegistry, tagsUpTo } from '../workloads.ts';

const mostReplicas = 10;
const images = 200;
/** How often each image is reviewed, as while a large cluster is rolled out. */
const rounds = 20;

export const replicas: Mode = {
  name: 'replicas',
  about: `what replicas ask of a registry: ${images} images, each in ${rounds} reviews, spread over the replicas`,
  async run(scale) {
    const tags = tagsUpTo(images);
    const figures: Figure[] = [];
    for (const count of [1, Math.max(2, Math.ceil(mostReplicas * scale))]) {
      await using registry = await startRegistry(tags);
      await using stack = new AsyncDisposableStack();
      const targets: Target[] = [];
      for (let at = 0; at < count; at += 1) targets.push(stack.use(await startPullgate()));
      const reviews = tags.map((tag) => reviewOf([registry.image(tag)]));
      for (let round = 0; round < rounds; round += 1) {
        const parts = targets.map((_, at) => reviews.filter((_review, number) => (number + round) % count === at));
        await Promise.all(targets.map((target, at) => load(target, 2, parts[at] ?? [])));
      }
      const name = `requests to the registry by ${count} replica${count === 1 ? '' : 's'}`;
      // Each replica asks once for each image, and a few times to find out how to connect.
      figures.push({ name, value: registry.requests, unit: 'requests', goal: { most: count * images * 1.05 } });
    }
    return figures;
  },
};
