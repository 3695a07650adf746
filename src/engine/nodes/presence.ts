import type { ImageReference } from '../image/image-reference.ts';
import type { NodeFacts } from './node.ts';

/**
 * Whether a node holds the image under the name that the kubelet would look for: a digest counts only by digest,
 * whatever tag is written beside it.
 */
function holdsImage(node: NodeFacts, reference: ImageReference): boolean {
  const name = `${reference.registry}/${reference.repository}`;
  return node.images.has(
    reference.digest === undefined ? `${name}:${reference.tag ?? 'latest'}` : `${name}@${reference.digest}`,
  );
}

/**
 * How an image stands with the nodes that a pod may run on. `absent` is certain: there are nodes, each one's list is
 * fresh and whole, and none holds the image. A list that is capped leaves it `unknown`.
 */
export function presence(nodes: readonly NodeFacts[], reference: ImageReference): 'somewhere' | 'absent' | 'unknown' {
  if (nodes.some((node) => holdsImage(node, reference))) return 'somewhere';
  return nodes.length > 0 && nodes.every((node) => node.imagesComplete) ? 'absent' : 'unknown';
}
