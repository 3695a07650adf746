import type { Finding } from '../engine/finding.ts';
import type { ImageUse } from '../engine/workload/image-use.ts';
import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import type { Judgement, Now } from './judgement.ts';
import type { Speaker } from './pull-cause.ts';
import type { Trouble } from './trouble.ts';

/** The pod that a diagnosis is about. */
export interface DiagnosedPod {
  readonly namespace: string;
  readonly name: string;
  /** Empty if the pod has no node yet. */
  readonly node: string;
  readonly serviceAccount: string;
}

/** The object to edit: the workload that the pod belongs to, or the pod itself. */
export interface Editable {
  readonly kind: WorkloadKind;
  readonly name: string;
  /** Whether another object of an unknown kind controls it, so that a change of it would not last. */
  readonly controlled: boolean;
  /** The use of the image in that object. Undefined if it does not have it. */
  readonly use?: ImageUse;
}

/** Why one container waits for its image, and what to do. */
export interface Diagnosis extends Judgement {
  readonly pod: DiagnosedPod;
  /** Names of other pods of the same workload with the same trouble. */
  readonly alike: readonly string[];
  readonly trouble: Trouble;
  readonly now: Now;
  readonly editable: Editable;
  /** What is wrong with pull secrets, although it does not decide. */
  readonly secrets: readonly Finding[];
  /** What the kubelet said about pull secrets in an Event; empty if nothing. */
  readonly secretEvent: string;
  /** The container runtime of the node: from the error, or from the Node. */
  readonly runtime?: Speaker;
}
