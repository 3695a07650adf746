import type { Plan } from '../../engine/plan.ts';
import { plansOf } from '../../engine/plan.ts';
import { descend, objectsAt, textAt } from '../../lib/json.ts';
import { controllerOf } from '../../engine/workload/controller.ts';

/** A pod that runs, with the images that its node has pulled. */
export interface PulledPod {
  readonly namespace: string;
  readonly name: string;
  /** Equal for pods of one controller with the same images. */
  readonly likeness: string;
  readonly plan: Plan;
}

const statuses = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'] as const;

/**
 * Returns a running pod with the images that its kubelet reports as pulled (`imageID`). Undefined for a pod that does not
 * run, or with no such image. The plan is for a new pod: no other object controls it, so that no node counts as one that
 * has the images already.
 */
export function pulledPod(object: unknown): PulledPod | undefined {
  const status = descend(object, ['status']);
  if (textAt(status, 'phase') !== 'Running') return undefined;
  const pulled = new Set(
    statuses
      .flatMap((field) => objectsAt(status, field))
      .filter((container) => textAt(container, 'imageID') !== '')
      .map((container) => textAt(container, 'name')),
  );
  const metadata = descend(object, ['metadata']);
  const [namespace, name] = [textAt(metadata, 'namespace'), textAt(metadata, 'name')];
  const [plan] = plansOf({ group: '', kind: 'Pod', object, namespace, admitted: true });
  const uses = plan?.uses.filter((use) => use.kind !== 'volume' && pulled.has(use.name)) ?? [];
  if (plan === undefined || uses.length === 0) return undefined;
  const workload = { ...plan.workload, uses, controlled: false };
  return { namespace, name, likeness: likenessOf(object, plan), plan: { ...plan, uses, workload } };
}

function likenessOf(object: unknown, { workload }: Plan): string {
  const owner = controllerOf(object);
  const images = workload.uses.map(({ image, pullPolicy }) => [image, pullPolicy]);
  return JSON.stringify([
    workload.namespace,
    textAt(owner, 'uid') || textAt(descend(object, ['metadata']), 'uid') || workload.name,
    images,
    workload.pullSecrets,
    workload.serviceAccount,
  ]);
}
