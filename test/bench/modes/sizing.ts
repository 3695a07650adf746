import { fill, reviewIn, type Size } from '../clusters.ts';
import type { Figure, Mode } from '../figure.ts';
import { load } from '../load.ts';
import { memoryMiB } from '../process-usage.ts';
import { startPullgate } from '../target.ts';
import { startRegistry, tagsUpTo } from '../workloads.ts';

/** Clusters by their number of images and nodes. */
const clusters = [
  { images: 1_000, nodes: 50 },
  { images: 10_000, nodes: 500 },
  { images: 10_000, nodes: 5_000 },
] as const;

const imagesInReview = 3;

async function measure(images: number, nodes: number, name: string): Promise<readonly Figure[]> {
  const size: Size = { images: imagesInReview, secrets: 2, namespaces: 100, nodes };
  const tags = tagsUpTo(images);
  await using registry = await startRegistry(tags);
  await using pullgate = await startPullgate({ nodes: { enabled: true } }, {}, (api) =>
    fill(api, size, registry.image('t0')),
  );
  const reviews = Array.from({ length: Math.ceil(images / imagesInReview) }, (_, at) => {
    const own = tags.slice(at * imagesInReview, (at + 1) * imagesInReview);
    return reviewIn(
      size,
      at,
      own.map((tag) => registry.image(tag)),
    );
  });
  const cold = await load(pullgate, 8, reviews);
  const warm = await load(pullgate, 8, reviews);
  const { peak } = await memoryMiB(pullgate.pid);
  return [
    { name: `${name}: the most memory`, value: peak, unit: 'MiB' },
    { name: `${name}: CPU for a review, each image new`, value: cold.cpuMs, unit: 'ms' },
    { name: `${name}: CPU for a review, each image known`, value: warm.cpuMs, unit: 'ms' },
  ];
}

export const sizing: Mode = {
  name: 'sizing',
  about: 'clusters of several sizes: all images once, and once more, in the pod of the manifest',
  long: true,
  async run(scale) {
    const figures: Figure[] = [];
    for (const { images, nodes } of clusters) {
      const name = `${images.toLocaleString('en')} images, ${nodes.toLocaleString('en')} nodes`;
      figures.push(...(await measure(Math.ceil(images * scale), Math.ceil(nodes * scale), name)));
    }
    return figures;
  },
};
