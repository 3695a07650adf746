import type { Failure } from './answer.ts';
import type { UnseenCredential } from './unseen-credential.ts';
import type { Attempt, Mitigation } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import type { ImageUse } from './workload/image-use.ts';
import type { NodeFacts } from './nodes/node.ts';
import { presence } from './nodes/presence.ts';
import { rulesHold } from './nodes/runtime.ts';

/**
 * Why an image may do no harm whatever is wrong with it: nothing mounts it, or a node has it already. That a node has it
 * is no yes: since v1.35 the kubelet checks the credentials of an image again that it once pulled with others', and who
 * pulled it is not to be seen from here. Mirrors MustAttemptImagePull of kubernetes pkg/kubelet/images/pullmanager.
 */
export function mitigationOfUse(
  use: ImageUse,
  reference: ImageReference,
  candidates: readonly NodeFacts[],
): Mitigation | undefined {
  if (!use.needed) return 'unmounted';
  return use.pullPolicy === 'IfNotPresent' && presence(candidates, reference) === 'somewhere' ? 'on-node' : undefined;
}

/** What is known of a failed pull when it is asked whether it is certain to fail on the node too. */
export interface FailureFacts {
  readonly cause: Failure;
  /** See `mayBeHidden`. */
  readonly hidden: boolean;
  readonly unseen: UnseenCredential | undefined;
  /** Whether a secret that the pod names, and that is not there, is still to come. */
  readonly secretPending: boolean;
  readonly candidates: readonly NodeFacts[];
}

/** Why a failure that was met here may not be met on the node. */
export function mitigationOfFailure(facts: FailureFacts): Mitigation | undefined {
  if ('otherHost' in facts.cause) return 'other-host';
  const { hidden } = facts;
  if (facts.secretPending && (facts.cause.kind === 'refused' || hidden)) return 'secret-pending';
  if (hidden && facts.unseen !== undefined) return 'hidden';
  return dependsOnRuntime(facts.cause) && !facts.candidates.every(rulesHold) ? 'runtime' : undefined;
}

/**
 * Whether a 404 may hide a repository: some registries say it to those who may not see one. A registry that let nobody in
 * may be hiding the image, and from a secret that could not be read it may hide nothing. One that knows the repository
 * (MANIFEST_UNKNOWN, or a list of its tags) hides nothing.
 */
export function mayBeHidden(
  cause: Failure,
  attempts: readonly Attempt[],
  unseen: UnseenCredential | undefined,
  knownTags: readonly string[],
): boolean {
  if (cause.kind !== 'not-found' || cause.evidence.code === 'MANIFEST_UNKNOWN' || knownTags.length > 0) return false;
  return unseen?.because === 'secret-unreadable' || attempts.every((attempt) => attempt.source === undefined);
}

/**
 * Whether another runtime might make something else of a failure. A 404 to GET and to HEAD is a 404 to all; a refusal of
 * a credential, an old manifest format, or an answer that only HEAD gives is not.
 */
function dependsOnRuntime(cause: Failure): boolean {
  if (cause.kind === 'unsupported') return true;
  if (cause.kind === 'refused') return cause.reason !== 'no-credentials';
  return cause.kind === 'not-found' && cause.evidence.getStatus !== undefined && cause.evidence.getStatus < 300;
}
