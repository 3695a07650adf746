import { anonymous } from './keyring/credential.ts';
import { repositoryName, type ImageReference } from './image/image-reference.ts';
import { nearestTags } from './image/nearest-tags.ts';
import type { RuntimeKind } from './nodes/runtime-kind.ts';
import type { Ports } from './ports.ts';
import { credentialsFor, type PullSecrets } from './pull-secrets.ts';
import type { Workload } from './workload/workload.ts';

/** Finds tags that the author of a missing image may have meant. */
export type Suggestions = (reference: ImageReference, runtime: RuntimeKind) => Promise<readonly string[]>;

const suggestedTags = 3;

/** A message has no room for the suggestions for more images, and each needs a list of tags and a comparison with it. */
const maxImages = 20;

interface Asking {
  readonly workload: Workload;
  readonly ports: Ports;
  readonly secrets: PullSecrets;
  readonly signal: AbortSignal;
}

/**
 * Returns suggestions for the first images of a workload that are missing, from one list of tags for each repository.
 * The request uses the workload's own credential, so the author learns nothing that this credential cannot read.
 */
export function suggestions({ workload, ports, secrets, signal }: Asking): Suggestions {
  const lists = new Map<string, Promise<readonly string[]>>();
  let left = maxImages;

  function tagsOf(reference: ImageReference, runtime: RuntimeKind): Promise<readonly string[]> {
    const [credential = anonymous] = credentialsFor(secrets, reference);
    return ports.tags.tags({ runtime, reference, credential, namespace: workload.namespace }, signal);
  }

  return async (reference, runtime) => {
    const { tag, digest } = reference;
    if (tag === undefined || digest !== undefined || left === 0) return [];
    left -= 1;
    const name = repositoryName(reference);
    const list = lists.get(name) ?? tagsOf(reference, runtime);
    lists.set(name, list);
    return nearestTags(tag, await list, suggestedTags);
  };
}
