import { repositoryName, type ImageReference } from '../../src/engine/image/image-reference.ts';

/** The full, normalized form of a reference, for example `docker.io/library/nginx:latest`. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${repositoryName(reference)}${tag}${digest}`;
}
