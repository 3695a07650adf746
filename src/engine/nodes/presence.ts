import { imageName } from '../image/image-name.ts';
import type { ImageReference } from '../image/image-reference.ts';
import type { NodeFacts } from './node.ts';
import type { Placement } from './placement.ts';

/** How long an image that is not in the list counts as absent, in ms: nodes pull images all the time. */
const certainMs = 30_000;

/**
 * Returns whether one of the nodes has an image. `absent`: there are nodes, their image lists are new and complete, and
 * none contains the image. `unknown` if a list is old or incomplete, or if there are no nodes. Even `absent` is not
 * certain: a kubelet names a new image in its Node only 6 to 40 s later.
 */
export function presence(
  { nodes, ageMs, has }: Pick<Placement, 'nodes' | 'ageMs' | 'has'>,
  reference: ImageReference,
): 'somewhere' | 'absent' | 'unknown' {
  if (has(imageName(reference))) return 'somewhere';
  return ageMs <= certainMs && nodes.length > 0 && isComplete(nodes) ? 'absent' : 'unknown';
}

const complete = new WeakMap<readonly NodeFacts[], boolean>();

/** Many images are looked for on the same nodes. */
function isComplete(nodes: readonly NodeFacts[]): boolean {
  const known = complete.get(nodes) ?? nodes.every(({ imagesComplete }) => imagesComplete);
  complete.set(nodes, known);
  return known;
}
