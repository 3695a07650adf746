import type { Failure } from './answer.ts';
import type { UnseenCredential } from './unseen-credential.ts';
import type { Attempt, Mitigation } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import type { ImageUse } from './workload/image-use.ts';
import type { NodeFacts } from './nodes/node.ts';
import { presence } from './nodes/presence.ts';
import { dependsOnRuntime, rulesHold } from './nodes/runtime.ts';

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
  readonly attempts: readonly Attempt[];
  readonly doubt: UnseenCredential | undefined;
  /** Whether a secret that the pod names, and that is not there, is still to come. */
  readonly secretPending: boolean;
  readonly candidates: readonly NodeFacts[];
}

/** Why a failure that was met here may not be met on the node. */
export function mitigationOfFailure(facts: FailureFacts): Mitigation | undefined {
  if ('otherHost' in facts.cause) return 'other-host';
  const hidden = mayHide(facts);
  if (facts.secretPending && (facts.cause.kind === 'refused' || hidden)) return 'secret-pending';
  if (hidden && facts.doubt !== undefined) return 'hidden';
  return dependsOnRuntime(facts.cause) && !facts.candidates.every(rulesHold) ? 'runtime' : undefined;
}

/**
 * Some registries say 404 to those who may not see a repository. A registry that let nobody in may be hiding the image,
 * and from a secret that could not be read it may hide nothing; one that knows the repository (MANIFEST_UNKNOWN) does not.
 */
function mayHide({ cause, attempts, doubt }: FailureFacts): boolean {
  if (cause.kind !== 'not-found' || cause.evidence.code === 'MANIFEST_UNKNOWN') return false;
  return doubt?.because === 'secret-unreadable' || attempts.every((attempt) => attempt.source === undefined);
}
