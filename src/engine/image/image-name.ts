import { parseImageReference, repositoryName, type ImageReference } from './image-reference.ts';

/** Returns the name by which the kubelet asks for an image. If there is a digest, the tag does not count. */
export function imageName(reference: ImageReference): string {
  const { tag = 'latest', digest } = reference;
  return `${repositoryName(reference)}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

/**
 * Returns the name of an image as written, in the same form: `app:dev` and `docker.io/library/app:dev` are equal.
 * Undefined for a name that no pod can use, such as `<none>@<none>`.
 */
export function normalImageName(image: string): string | undefined {
  const parsed = parseImageReference(image);
  return parsed.kind === 'reference' ? imageName(parsed.reference) : undefined;
}
