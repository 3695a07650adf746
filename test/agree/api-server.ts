import type { Plan } from '../../src/engine/plan.ts';
import { changedUses } from '../../src/engine/workload/changes.ts';
import type { ApiObject, Scenario } from './scenario.ts';
import { workloadOf } from '../support/pods.ts';

/** What a scenario is about once the API server has been at it: what is stored, and what a webhook is asked about. */
export interface Admitted {
  readonly stored: readonly ApiObject[];
  readonly plan: Plan;
}

type PodSpec = Readonly<Record<string, unknown>>;

/**
 * Plays the API server's part: it refuses some objects, copies the ServiceAccount's pull secrets onto a pod that lists
 * none, and sends what is left to the webhook. A pod that it would refuse is sent as a Deployment's template, which the
 * API server does not look into.
 */
export function admit({ objects, ephemeral, outcome }: Scenario, namespace: string): Admitted {
  const stored = objects.filter((object) => `${object.kind}/${object.metadata.name}` !== outcome.object);
  const spec = podSpecOf(objects.at(-1));
  if (outcome.rejectedByApiServer !== undefined) {
    const workload = workloadOf('Deployment', { metadata: { name: 'd' }, spec: { template: { spec } } }, namespace);
    return { stored, plan: { workload, uses: workload.uses, serviceAccountApplied: false } };
  }
  const pod = readPod(withServiceAccount(spec, objects), namespace);
  if (ephemeral === undefined) return { stored, plan: { workload: pod, uses: pod.uses, serviceAccountApplied: true } };
  const updated = readPod({ ...withServiceAccount(spec, objects), ephemeralContainers: ephemeral }, namespace);
  return {
    stored,
    plan: { workload: updated, uses: changedUses(pod, updated), serviceAccountApplied: true },
  };
}

function readPod(spec: PodSpec, namespace: string) {
  return workloadOf('Pod', { metadata: { name: 'p' }, spec }, namespace);
}

function podSpecOf(pod: ApiObject | undefined): PodSpec {
  return (pod?.['spec'] ?? {}) as PodSpec;
}

/** As the ServiceAccount admission plugin: its secrets are used only where the pod names none. */
function withServiceAccount(spec: PodSpec, objects: readonly ApiObject[]): PodSpec {
  const { serviceAccountName = 'default', imagePullSecrets = [] } = spec;
  if ((imagePullSecrets as readonly unknown[]).length > 0) return { ...spec, serviceAccountName };
  const account = objects.find(
    ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === serviceAccountName,
  );
  return { ...spec, serviceAccountName, imagePullSecrets: account?.['imagePullSecrets'] ?? [] };
}
