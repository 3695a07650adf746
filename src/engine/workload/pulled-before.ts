import { memoized } from '../../lib/memoized.ts';
import { normalImageName } from '../image/image-name.ts';
import type { ImageUse } from './image-use.ts';

/**
 * Returns whether the pod itself pulls the image of `use` before it needs it, for another use. Image volumes come first,
 * then init containers one after another, then all other containers, which the kubelet starts again until their image
 * is there. Mirrors SyncPod of kubernetes v1.36.3 pkg/kubelet/kuberuntime.
 */
export function isPulledBefore(use: ImageUse, uses: readonly ImageUse[]): boolean {
  const { places, firstPulls } = pullOrder(uses);
  const first = firstPulls.get(normalImageName(use.image));
  if (first === undefined) return false;
  const step = steps[use.kind];
  if (first.step !== step) return first.step < step;
  return step === steps.container || first.at < (places.get(use) ?? -1);
}

const steps: Readonly<Record<ImageUse['kind'], number>> = { volume: 0, init: 1, container: 2, ephemeral: 2 };

interface PullOrder {
  /** The position of each use in the list. */
  readonly places: ReadonlyMap<ImageUse, number>;
  /** For each image name: the first use that pulls it. */
  readonly firstPulls: ReadonlyMap<string | undefined, { readonly step: number; readonly at: number }>;
}

/** A workload may ask for thousands of uses, so the order is found once. */
const pullOrder = memoized(findPullOrder, new WeakMap<readonly ImageUse[], PullOrder>());

function findPullOrder(uses: readonly ImageUse[]): PullOrder {
  const firstPulls = new Map<string | undefined, { readonly step: number; readonly at: number }>();
  for (const [at, { kind, image, pullPolicy, needed }] of uses.entries()) {
    if (pullPolicy === 'Never' || !needed) continue;
    const name = normalImageName(image);
    const first = firstPulls.get(name);
    const step = steps[kind];
    if (first === undefined || step < first.step) firstPulls.set(name, { step, at });
  }
  return { places: new Map(uses.map((use, at) => [use, at])), firstPulls };
}
