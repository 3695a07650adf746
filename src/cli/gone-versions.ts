import { textAt } from '../lib/json.ts';
import { groupOf } from '../engine/workload/workload-kind.ts';

/** A version of an API that Kubernetes no longer serves. */
export interface GoneVersion {
  /** The first version of Kubernetes without it. */
  readonly since: string;
  /** The `apiVersion` that replaces it. */
  readonly now: string;
}

const versions: ReadonlyMap<string, GoneVersion> = new Map([
  ['extensions/v1beta1', { since: '1.16', now: 'apps/v1' }],
  ['apps/v1beta1', { since: '1.16', now: 'apps/v1' }],
  ['apps/v1beta2', { since: '1.16', now: 'apps/v1' }],
  ['batch/v2alpha1', { since: '1.21', now: 'batch/v1' }],
  ['batch/v1beta1', { since: '1.25', now: 'batch/v1' }],
]);

/** Returns what replaces the `apiVersion` of a workload. Undefined if Kubernetes still serves it. */
export function goneVersion(apiVersion: string): GoneVersion | undefined {
  return versions.get(apiVersion);
}

/** Returns the API group that the kind of an object is in today: `apps` for a Deployment of `extensions/v1beta1`. */
export function groupToday(object: unknown): string {
  const apiVersion = textAt(object, 'apiVersion');
  return groupOf(goneVersion(apiVersion)?.now ?? apiVersion);
}
