import { normalImageName } from '../image/image-name.ts';
import type { ImageUse } from './image-use.ts';

/**
 * Returns whether the pod itself pulls the image of `use` before it needs it, for another use. Image volumes come first,
 * then init containers one after another, then all other containers, which the kubelet starts again until their image
 * is there. Mirrors SyncPod of kubernetes v1.36.3 pkg/kubelet/kuberuntime.
 */
export function isPulledBefore(use: ImageUse, uses: readonly ImageUse[]): boolean {
  const name = normalImageName(use.image);
  return uses.some(
    (other) =>
      other.pullPolicy !== 'Never' &&
      other.needed &&
      isBefore(other, use, uses) &&
      normalImageName(other.image) === name,
  );
}

const steps: Readonly<Record<ImageUse['kind'], number>> = { volume: 0, init: 1, container: 2, ephemeral: 2 };

function isBefore(other: ImageUse, use: ImageUse, uses: readonly ImageUse[]): boolean {
  if (steps[other.kind] !== steps[use.kind]) return steps[other.kind] < steps[use.kind];
  return steps[use.kind] === steps.container || uses.indexOf(other) < uses.indexOf(use);
}
