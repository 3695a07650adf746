import { descend, objectsAt, textAt, type JsonObject } from '../lib/json.ts';
import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import { groupOf } from '../engine/workload/workload-kind.ts';
import { controllerOf } from '../engine/workload/controller.ts';

/**
 * What an object of the cluster is to a scan. `root`: it is reported. `owned`: the object that controls it is reported.
 * `old`: it keeps an earlier version of another object, and has no pods. `finished`: it starts no pod any more.
 */
export type Standing = 'root' | 'owned' | 'old' | 'finished';

/** Whether the scan has listed the objects of a kind. */
export type IsListed = (group: string, kind: string) => boolean;

/**
 * Returns the standing of an object. An owner of a kind that the scan has not listed, because it does not know the kind or
 * may not list it, does not hide what it owns.
 */
export function standingOf({ kind }: Pick<WorkloadKind, 'kind'>, object: unknown, isListed: IsListed): Standing {
  const owner = controllerOf(object);
  if (owner !== undefined && isListed(groupOf(textAt(owner, 'apiVersion')), textAt(owner, 'kind'))) return 'owned';
  if (isFinished(kind, descend(object, ['status']))) return 'finished';
  const isEmpty = kind === 'ReplicaSet' && descend(object, ['spec'])['replicas'] === 0;
  return owner !== undefined && isEmpty ? 'old' : 'root';
}

/** A Pod that has ended is never started again, and a Job that has ended starts no Pod. */
function isFinished(kind: string, status: JsonObject): boolean {
  if (kind === 'Pod') return ['Succeeded', 'Failed'].includes(textAt(status, 'phase'));
  if (kind !== 'Job') return false;
  return objectsAt(status, 'conditions').some(
    (condition) => ['Complete', 'Failed'].includes(textAt(condition, 'type')) && textAt(condition, 'status') === 'True',
  );
}

/** The kinds whose objects other workloads of Kubernetes own, the owners before what they own. All others come first. */
const owned = ['Job', 'ReplicaSet', 'Pod'];

/** Returns the kinds in the order of a scan: an owner before what it owns, so that it is known whether it is listed. */
export function ownersFirst<K extends Pick<WorkloadKind, 'kind'>>(kinds: readonly K[]): readonly K[] {
  return kinds.toSorted((a, b) => owned.indexOf(a.kind) - owned.indexOf(b.kind));
}
