import type { ImageReference } from '../image/image-reference.ts';
import type { NodeFacts } from './node.ts';

/** Whether a node has the image under the name that the kubelet uses. If there is a digest, the tag does not count. */
function hasImage(node: NodeFacts, reference: ImageReference): boolean {
  const name = `${reference.registry}/${reference.repository}`;
  return node.images.has(
    reference.digest === undefined ? `${name}:${reference.tag ?? 'latest'}` : `${name}@${reference.digest}`,
  );
}

/**
 * Returns whether one of the nodes has an image. `absent` is certain: there are nodes, all their image lists are
 * complete, and none contains the image. `unknown` if a list is incomplete, or if there are no nodes.
 */
export function presence(nodes: readonly NodeFacts[], reference: ImageReference): 'somewhere' | 'absent' | 'unknown' {
  if (nodes.some((node) => hasImage(node, reference))) return 'somewhere';
  return nodes.length > 0 && nodes.every((node) => node.imagesComplete) ? 'absent' : 'unknown';
}
