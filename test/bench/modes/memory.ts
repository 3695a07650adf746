import { setTimeout as sleep } from 'node:timers/promises';
import type { Mode } from '../figure.ts';
import { load } from '../load.ts';
import { memoryMiB } from '../process-usage.ts';
import { startPullgate } from '../target.ts';
import { reviewOf, startRegistry, tagsUpTo } from '../workloads.ts';

const images = 17_000;
const imagesInReview = 5;
/** The time after the start and after the load until the memory is read, in ms. */
const restMs = 2_000;

async function measure(scale: number, withOptions: boolean) {
  const tags = tagsUpTo(Math.ceil(images * scale));
  await using registry = await startRegistry(tags);
  await using pullgate = await startPullgate({}, withOptions ? {} : { nodeOptions: [] });
  await sleep(restMs);
  const atRest = await memoryMiB(pullgate.pid);
  const reviews = Array.from({ length: Math.ceil(tags.length / imagesInReview) }, (_, at) =>
    reviewOf(
      tags.slice(at * imagesInReview, (at + 1) * imagesInReview).map((tag) => registry.image(tag)),
      `web-${at}`,
    ),
  );
  await load(pullgate, 8, reviews);
  await sleep(restMs);
  const after = await memoryMiB(pullgate.pid);
  return { atRest: atRest.now, after: after.now, peak: after.peak };
}

export const memory: Mode = {
  name: 'memory',
  about: '17,000 images, in a pod of the manifest, with its Node options and without',
  async run(scale) {
    const pod = await measure(scale, true);
    const plain = await measure(scale, false);
    return [
      { name: 'at rest, as in the manifest', value: pod.atRest, unit: 'MiB', goal: { most: 100 } },
      { name: 'after 17,000 images, as in the manifest', value: pod.after, unit: 'MiB', goal: { most: 140 } },
      { name: 'the most, as in the manifest', value: pod.peak, unit: 'MiB' },
      { name: 'the most, without options', value: plain.peak, unit: 'MiB', goal: { most: 200 } },
    ];
  },
};
