import type { Plan } from '../../src/engine/plan.ts';
import { changedUses } from '../../src/engine/workload/changes.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { ApiObject, Scenario } from './scenario.ts';
import { workloadOf } from '../support/pods.ts';

/** The result of the API server's work on a scenario: the stored objects, and the plan that the webhook gets. */
export interface Admitted {
  readonly stored: readonly ApiObject[];
  /** The object as its author wrote it, and as the webhook gets it. */
  readonly written: JsonObject;
  readonly sent: JsonObject;
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
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { template: { spec } } };
    const workload = workloadOf('Deployment', object, namespace);
    return {
      stored,
      written: object,
      sent: object,
      plan: { workload, uses: workload.uses, serviceAccountApplied: false },
    };
  }
  const written = podWith(spec);
  const sent = podWith(withServiceAccount(spec, objects));
  const pod = workloadOf('Pod', sent, namespace);
  if (ephemeral === undefined) {
    return { stored, written, sent, plan: { workload: pod, uses: pod.uses, serviceAccountApplied: true } };
  }
  const updated = podWith({ ...withServiceAccount(spec, objects), ephemeralContainers: ephemeral });
  const workload = workloadOf('Pod', updated, namespace);
  return {
    stored,
    written,
    sent: updated,
    plan: { workload, uses: changedUses([pod], workload), serviceAccountApplied: true },
  };
}

function podWith(spec: PodSpec): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec };
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
