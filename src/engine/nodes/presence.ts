import { imageName } from '../image/image-name.ts';
import type { ImageReference } from '../image/image-reference.ts';
import type { NodeList } from './node.ts';

/** How long an image that is not in the list counts as absent, in ms: nodes pull images all the time. */
const certainMs = 30_000;

/**
 * Returns whether one of the nodes has an image. `absent`: there are nodes, their image lists are new and complete, and
 * none contains the image. `unknown` if a list is old or incomplete, or if there are no nodes. Even `absent` is not
 * certain: a kubelet names a new image in its Node only 6 to 40 s later.
 */
export function presence({ nodes, ageMs }: NodeList, reference: ImageReference): 'somewhere' | 'absent' | 'unknown' {
  const name = imageName(reference);
  if (nodes.some(({ images }) => images.has(name))) return 'somewhere';
  return ageMs <= certainMs && nodes.length > 0 && nodes.every(({ imagesComplete }) => imagesComplete)
    ? 'absent'
    : 'unknown';
}
