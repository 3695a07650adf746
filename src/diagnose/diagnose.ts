import { objectAt, textAt, type JsonObject } from '../lib/json.ts';
import type { Plan } from '../engine/plan.ts';
import type { Check } from '../engine/review.ts';
import { builtInKinds } from '../engine/workload/workload-kind.ts';
import { readWorkloads, type Workload } from '../engine/workload/workload.ts';
import type { Diagnosis, Editable } from './diagnosis.ts';
import { judge, nowOf, sideOf, type Now } from './judgement.ts';
import { useInOwner, type Owners } from './owners.ts';
import { unreadSecretEvent, type PodEvent } from './pull-events.ts';
import type { Speaker } from './pull-cause.ts';
import type { Trouble } from './trouble.ts';

const podKind = builtInKinds[0];

/** Returns the workload in a stored Pod. */
export function workloadOfPod(pod: JsonObject): Workload {
  const [workload] = readWorkloads(podKind, pod, textAt(objectAt(pod, 'metadata'), 'namespace'));
  // A Pod has exactly one pod spec.
  return workload as Workload;
}

/** Everything that is known about one container in trouble. */
export interface Case {
  readonly pod: JsonObject;
  readonly trouble: Trouble;
  readonly events: readonly PodEvent[];
  readonly owners: Owners;
  /** Names of other pods with the same trouble. */
  readonly alike: readonly string[];
  /** The container runtime of the node. Undefined if the Node could not be read. */
  readonly runtime: Speaker | undefined;
  /** Whether the Node could be read, so that the image is compared with its platform. */
  readonly nodeKnown: boolean;
}

/**
 * Asks the registry for the image of one container, with the credentials of its pod, and joins the answer with what
 * the kubelet said. Throws only if `check` does.
 */
export async function diagnose(given: Case, check: Check, signal: AbortSignal): Promise<Diagnosis> {
  const { pod, trouble, owners, events, alike } = given;
  const workload = workloadOfPod(pod);
  const { use, said } = trouble;
  const findings = use === undefined ? [] : await check(planOf(workload, use), signal);
  const now: Now = use === undefined ? { kind: 'unknown' } : nowOf(findings, said);
  const runtime = said.speaker ?? given.runtime;
  const node = textAt(objectAt(pod, 'spec'), 'nodeName');
  return {
    pod: { namespace: workload.namespace, name: workload.name, node, serviceAccount: workload.serviceAccount },
    alike,
    trouble,
    now,
    ...judge(said, now, given.nodeKnown),
    editable: editableOf(workload, owners, trouble),
    secrets: findings.filter((finding) => sideOf(finding) === undefined && finding.kind.startsWith('pull-secret-')),
    secretEvent: unreadSecretEvent(events),
    ...(runtime !== undefined && { runtime }),
  };
}

/** The API server has copied the pull secrets of the ServiceAccount into a stored Pod. */
function planOf(workload: Workload, use: NonNullable<Trouble['use']>): Plan {
  return { workload: { ...workload, beyond: [] }, uses: [use], serviceAccountApplied: true };
}

/** The last owner is the one that a person edits; without owners, the pod itself. */
function editableOf(workload: Workload, { owners, complete }: Owners, { use }: Trouble): Editable {
  const last = owners.at(-1);
  const controlled = !complete;
  if (last === undefined) return { kind: podKind, name: workload.name, controlled, ...(use && { use }) };
  const own = use && useInOwner(last, use, workload.namespace);
  return { kind: last.kind, name: last.name, controlled, ...(own && { use: own }) };
}
