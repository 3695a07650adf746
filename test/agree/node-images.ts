import { parseImageReference, repositoryName } from '../../src/engine/image/image-reference.ts';
import { readBlobs } from '../support/scripted-registry/blobs.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';

/** Every node has this image. A kubelet without any image has not reported its images yet. */
const pause = ['registry.k8s.io/pause:3.10'];

/**
 * `status.images` of a node with exactly these images: each by its name, and as `repository@digest` if a server of the
 * script has the tag.
 */
export function statusImages(
  images: readonly string[],
  registry: RegistryScript,
): readonly { readonly names: readonly string[] }[] {
  return [{ names: pause }, ...images.map((image) => ({ names: namesOf(image, registry) }))];
}

function namesOf(image: string, registry: RegistryScript): readonly string[] {
  const parsed = parseImageReference(image);
  if (parsed.kind !== 'reference' || parsed.reference.digest !== undefined) return [image];
  const { reference } = parsed;
  const digest = digestOf(reference.repository, reference.tag ?? 'latest', registry);
  const name = repositoryName(reference);
  return [`${name}:${reference.tag ?? 'latest'}`, ...(digest === undefined ? [] : [`${name}@${digest}`])];
}

function digestOf(repository: string, tag: string, { servers, blobs }: RegistryScript): string | undefined {
  const keys = Object.values(servers).map((server) => server.repositories?.[repository]?.tags?.[tag]);
  const key = keys.find((key) => key !== undefined);
  return key === undefined ? undefined : readBlobs(blobs).get(key)?.digest;
}
