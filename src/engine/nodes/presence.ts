import { parseImageReference, type ImageReference } from '../image/image-reference.ts';
import type { NodeFacts, NodeList } from './node.ts';

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
  return ageMs <= certainMs && nodes.length > 0 && nodes.every(isComplete) ? 'absent' : 'unknown';
}

function isComplete({ imagesComplete }: NodeFacts): boolean {
  return imagesComplete;
}

/** Returns the name by which the kubelet asks for an image. If there is a digest, the tag does not count. */
export function imageName({ registry, repository, tag = 'latest', digest }: ImageReference): string {
  return `${registry}/${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

/**
 * Returns the normal form of a name in the status of a Node: Docker reports `app:dev`, containerd
 * `docker.io/library/app:dev`. Undefined for a name that no pod can use, such as `<none>@<none>`.
 */
export function reportedImageName(reported: string): string | undefined {
  const parsed = parseImageReference(reported);
  return parsed.kind === 'reference' ? imageName(parsed.reference) : undefined;
}
