import type { Plan } from '../../src/engine/plan.ts';
import { changedUses } from '../../src/engine/workload/changes.ts';
import type { ApiObject, Scenario } from './scenario.ts';
import { workloadOf } from '../support/pods.ts';

/** The result of the API server's work on a scenario: the stored objects, and the plan that the webhook gets. */
export interface Admitted {
  readonly stored: readonly ApiObject[];
  readonly plan: Plan;
}

type PodSpec = Readonly<Record<string, unknown>>;

/**
 * Simulates the API server: it rejects some objects, copies the pull secrets of the ServiceAccount to a pod that has
 * none, and sends the rest to the webhook. A pod that it would reject is sent as the template of a Deployment, because
 * the API server does not validate the images in a template.
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
    plan: { workload: updated, uses: changedUses([pod], updated), serviceAccountApplied: true },
  };
}

function readPod(spec: PodSpec, namespace: string) {
  return workloadOf('Pod', { metadata: { name: 'p' }, spec }, namespace);
}

function podSpecOf(pod: ApiObject | undefined): PodSpec {
  return (pod?.['spec'] ?? {}) as PodSpec;
}

/**
 * Mirrors Admit of kubernetes v1.36.3, plugin/pkg/admission/serviceaccount: uses its secrets only if the pod has none.
 */
function withServiceAccount(spec: PodSpec, objects: readonly ApiObject[]): PodSpec {
  const { serviceAccountName = 'default', imagePullSecrets = [] } = spec;
  if ((imagePullSecrets as readonly unknown[]).length > 0) return { ...spec, serviceAccountName };
  const account = objects.find(
    ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === serviceAccountName,
  );
  return { ...spec, serviceAccountName, imagePullSecrets: account?.['imagePullSecrets'] ?? [] };
}
