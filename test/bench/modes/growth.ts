import { fill, reviewIn, type Size } from '../clusters.ts';
import type { Figure, Mode } from '../figure.ts';
import { load } from '../load.ts';
import { memoryMiB } from '../process-usage.ts';
import { startPullgate } from '../target.ts';
import { repeated, startRegistry, tagsUpTo } from '../workloads.ts';

const usual: Size = { images: 3, secrets: 1, namespaces: 1, nodes: 0 };

/** Each part of the size alone, beside the usual one. */
const sizes: readonly (readonly [name: string, size: Partial<Size>])[] = [
  ['1 image', { images: 1 }],
  ['3 images, 1 pull secret, 1 namespace, no nodes', {}],
  ['30 images', { images: 30 }],
  ['10 pull secrets', { secrets: 10 }],
  ['50 pull secrets', { secrets: 50 }],
  ['1,000 namespaces', { namespaces: 1_000 }],
  ['500 nodes', { nodes: 500 }],
  ['5,000 nodes', { nodes: 5_000 }],
];

/** Reviews that are measured, and those before, so that all answers are in the cache. */
const reviews = 2_000;

async function measure(name: string, size: Size, scale: number): Promise<readonly Figure[]> {
  const tags = tagsUpTo(size.images);
  await using registry = await startRegistry(tags);
  const images = tags.map((tag) => registry.image(tag));
  const settings = { nodes: { enabled: size.nodes > 0 } };
  await using pullgate = await startPullgate(settings, {}, (api) => fill(api, size, registry.image('t0')));
  const each = Array.from({ length: size.namespaces }, (_, at) => reviewIn(size, at, images));
  await load(pullgate, 8, repeated(each, Math.max(each.length, reviews * scale)));
  const { cpuMs } = await load(pullgate, 8, repeated(each, reviews * scale));
  const { now } = await memoryMiB(pullgate.pid);
  return [
    { name: `CPU for a review, ${name}`, value: cpuMs, unit: 'ms' },
    { name: `memory, ${name}`, value: now, unit: 'MiB' },
  ];
}

export const growth: Mode = {
  name: 'growth',
  about: 'how the cost of a review grows with images, secrets, namespaces and nodes',
  long: true,
  async run(scale) {
    const figures: Figure[] = [];
    for (const [name, part] of sizes) figures.push(...(await measure(name, { ...usual, ...part }, scale)));
    return figures;
  },
};
