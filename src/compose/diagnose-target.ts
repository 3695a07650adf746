import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import { builtInKinds } from '../engine/workload/workload-kind.ts';

/** What `pullgate diagnose` looks at. */
export interface DiagnoseTarget {
  readonly kind: WorkloadKind;
  readonly apiVersion: string;
  readonly name: string;
}

/** The short names that kubectl has. */
const shortNames: Readonly<Record<string, string>> = {
  po: 'Pod',
  rc: 'ReplicationController',
  rs: 'ReplicaSet',
  deploy: 'Deployment',
  sts: 'StatefulSet',
  ds: 'DaemonSet',
  cj: 'CronJob',
};

/** Kinds that have pods. */
const kinds: readonly WorkloadKind[] = builtInKinds.filter(({ kind }) => kind !== 'PodTemplate');

/** The names of the kinds that a target may have. */
export const targetKinds: readonly string[] = kinds.map(({ kind }) => kind.toLowerCase());

/**
 * Reads `pod/NAME`, `deployment/NAME`, `deploy/NAME` or `deployments.apps/NAME`. A name alone means a pod. Returns one
 * line with the problem if it is none of these.
 */
export function parseTarget(text: string): DiagnoseTarget | { readonly problem: string } {
  const [first = '', name = '', ...rest] = text.includes('/') ? text.split('/') : ['pod', text];
  if (name === '' || rest.length > 0) return { problem: 'Use KIND/NAME, such as pod/NAME or deployment/NAME.' };
  const word = first.toLowerCase();
  const [resource = '', ...group] = word.split('.');
  const kind = kinds.find(
    (known) =>
      (known.resource === resource || known.kind.toLowerCase() === resource || shortNames[resource] === known.kind) &&
      (group.length === 0 || group.join('.') === known.group),
  );
  return kind === undefined
    ? { problem: `Use one of these kinds: ${targetKinds.join(', ')}.` }
    : { kind, apiVersion: kind.group === '' ? 'v1' : `${kind.group}/v1`, name };
}
