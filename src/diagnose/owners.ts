import { objectAt, textAt, type JsonObject } from '../lib/json.ts';
import type { Lookup } from '../engine/ports.ts';
import type { ImageUse } from '../engine/workload/image-use.ts';
import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import { groupOf, workloadKind } from '../engine/workload/workload-kind.ts';
import { readWorkloads } from '../engine/workload/workload.ts';
import { controllerOf } from '../engine/workload/controller.ts';

/** Reads a workload by kind, `apiVersion` and name. */
export type ReadOwner = (
  kind: WorkloadKind,
  apiVersion: string,
  namespace: string,
  name: string,
  signal: AbortSignal,
) => Promise<Lookup<JsonObject>>;

/** A workload that a pod belongs to. */
export interface Owner {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly uid: string;
  readonly object: JsonObject;
}

/** The owners of a pod, the nearest first. */
export interface Owners {
  readonly owners: readonly Owner[];
  /** Whether the last one has no controller. If not, the next one could not be read, or is of an unknown kind. */
  readonly complete: boolean;
  /** The owner that could not be read, and why. */
  readonly unread?: {
    readonly kind: WorkloadKind;
    readonly because: Extract<Lookup<never>, { readonly kind: 'forbidden' | 'unavailable' }>;
  };
}

/** A pod has a ReplicaSet and a Deployment, or a Job and a CronJob. */
const maxOwners = 4;

/** Climbs from a pod to the workload that a person edits. Throws only if `signal` aborts. */
export async function ownersOf(pod: JsonObject, read: ReadOwner, signal: AbortSignal): Promise<Owners> {
  const namespace = textAt(objectAt(pod, 'metadata'), 'namespace');
  const owners: Owner[] = [];
  let object = pod;
  while (owners.length < maxOwners) {
    const reference = controllerOf(object);
    if (reference === undefined) return { owners, complete: true };
    const [name, uid] = [textAt(reference, 'name'), textAt(reference, 'uid')];
    const apiVersion = textAt(reference, 'apiVersion');
    const kind = workloadKind(groupOf(apiVersion), textAt(reference, 'kind'));
    if (kind === undefined) return { owners, complete: false };
    const found = await read(kind, apiVersion, namespace, name, signal);
    if (found.kind === 'missing') return { owners, complete: false };
    if (found.kind !== 'found') return { owners, complete: false, unread: { kind, because: found } };
    object = found.value;
    owners.push({ kind, name, uid, object });
  }
  return { owners, complete: false };
}

/** Returns the same use of an image in the template of an owner. Undefined if an admission webhook added it to the pod. */
export function useInOwner({ kind, object }: Owner, use: ImageUse, namespace: string): ImageUse | undefined {
  const uses = readWorkloads(kind, object, namespace).flatMap((workload) => workload.uses);
  return uses.find((other) => other.kind === use.kind && other.name === use.name && other.image === use.image);
}

/** Returns the label selector of a workload, as a query has it. Undefined if it selects pods in another way. */
export function selectorOf(object: JsonObject): string | undefined {
  const selector = objectAt(objectAt(object, 'spec'), 'selector');
  // A ReplicationController has the labels themselves.
  const labels =
    'matchLabels' in selector || 'matchExpressions' in selector ? objectAt(selector, 'matchLabels') : selector;
  const equal = Object.entries(labels).flatMap(([key, value]) => (typeof value === 'string' ? `${key}=${value}` : []));
  return equal.length === 0 ? undefined : equal.join(',');
}
