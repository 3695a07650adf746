import type { Failure } from './answer.ts';
import type { UnseenCredential } from './unseen-credential.ts';
import type { Attempt, Mitigation } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import type { ImageUse } from './workload/image-use.ts';
import type { Placement } from './nodes/placement.ts';
import { presence } from './nodes/presence.ts';
import type { Workload } from './workload/workload.ts';

/**
 * Returns why a failed pull of this use may do no harm: no container mounts the volume, a node already has the image, or
 * a node may have it because the object replaces another. Undefined if there is no such reason. If a node has the image,
 * the pull may still fail: since v1.35 the kubelet checks credentials again for an image that it pulled for another pod,
 * and Pullgate cannot see which pod that was. Mirrors MustAttemptImagePull of kubernetes v1.36.3
 * pkg/kubelet/images/pullmanager.
 */
export function mitigationOfUse(
  use: ImageUse,
  reference: ImageReference,
  {
    workload,
    placement,
  }: {
    readonly workload: Pick<Workload, 'controlled'>;
    readonly placement: Pick<Placement, 'nodes' | 'ageMs' | 'has'>;
  },
): Mitigation | undefined {
  if (!use.needed) return 'unmounted';
  if (use.pullPolicy !== 'IfNotPresent') return undefined;
  const found = presence(placement, reference);
  if (found === 'somewhere') return 'on-node';
  // The controller's template was checked when it was created. A clean-up of the registry must not stop its pods.
  return found === 'unknown' && workload.controlled ? 'replacement' : undefined;
}

/** The facts about a failed pull that decide whether it is certain to fail on the node too. */
export interface FailureFacts {
  readonly cause: Failure;
  /** See `mayBeHidden`. */
  readonly hidden: boolean;
  readonly unseen: UnseenCredential | undefined;
  /** Whether a missing pull secret will probably be created. */
  readonly secretPending: boolean;
}

/** Returns why a failure may not occur on the node. Undefined if it is certain to occur there too. */
export function mitigationOfFailure(facts: FailureFacts): Mitigation | undefined {
  if ('otherHost' in facts.cause) return 'other-host';
  if ('unproven' in facts.cause) return 'unproven';
  const { hidden } = facts;
  if (facts.secretPending && (facts.cause.kind === 'refused' || hidden)) return 'secret-pending';
  return hidden && facts.unseen !== undefined ? 'hidden' : undefined;
}

/**
 * Returns whether the image may exist although the answer was 404. Some registries answer 404 to clients that have no
 * permission for a repository. This is possible if every attempt was anonymous, or if a pull secret could not be read
 * or is not in the object, because that secret may have the permission. It is not possible if the registry shows that it knows the repository:
 * by the code MANIFEST_UNKNOWN, or by a list of tags.
 */
export function mayBeHidden(
  cause: Failure,
  attempts: readonly Attempt[],
  unseen: UnseenCredential | undefined,
  knownTags: readonly string[],
): boolean {
  if (cause.kind !== 'not-found' || cause.evidence.code === 'MANIFEST_UNKNOWN' || knownTags.length > 0) return false;
  const otherSecret = unseen?.because === 'secret-unreadable' || unseen?.because === 'controller';
  return otherSecret || attempts.every((attempt) => attempt.source === undefined);
}
