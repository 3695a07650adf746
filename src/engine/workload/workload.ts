import { arrayOf, descend, objectOf, objectsAt, stringOf, textAt, type JsonObject } from '../../lib/json.ts';
import { limits } from '../limits.ts';
import { withTriggers } from './image-triggers.ts';
import type { ImageUse } from './image-use.ts';
import { imageUses } from './image-uses.ts';
import type { WorkloadKind } from './workload-kind.ts';

/** A Pod or one pod template of an object, with everything that decides how the images are pulled. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  /** `metadata.name`, or `metadata.generateName` if the name is not generated yet. */
  readonly name: string;
  /** Whether this is a pod template. The API server has not added the pull secrets of the ServiceAccount to it. */
  readonly template: boolean;
  /** Whether another object, such as a ReplicaSet or a Job, controls this one. */
  readonly controlled: boolean;
  /** The first `limits.images` places that name an image. */
  readonly uses: readonly ImageUse[];
  /** Whether there are more places than that. */
  readonly moreUses: boolean;
  /** Different names in `imagePullSecrets`, in order, but no more than one above the limit. */
  readonly pullSecrets: readonly string[];
  /** `default` if none is written. */
  readonly serviceAccount: string;
  /** The pod spec. Its selectors decide which nodes the pod may run on. */
  readonly podSpec: JsonObject;
}

/**
 * Returns one workload for each pod template of an object. `namespace` comes from the request, because a new object may
 * not contain it. Never throws, whatever the object contains.
 */
export function readWorkloads(kind: WorkloadKind, object: unknown, namespace: string): readonly Workload[] {
  const metadata = descend(object, ['metadata']);
  const controlled = objectsAt(metadata, 'ownerReferences').some(({ controller }) => controller === true);
  return kind.podPaths.map((podPath) => {
    const podSpec = descend(object, [...podPath, 'spec']);
    const path = [...podPath, 'spec'].join('.');
    const found = imageUses(podSpec, path, limits.images + 1);
    const uses = found.slice(0, limits.images);
    const template = podPath.length > 0;
    return {
      kind,
      namespace,
      name: textAt(metadata, 'name') || textAt(metadata, 'generateName'),
      template,
      controlled,
      moreUses: found.length > uses.length,
      uses: template ? withTriggers(uses, objectOf(metadata['annotations']), path) : uses,
      pullSecrets: pullSecretNames(podSpec['imagePullSecrets']),
      serviceAccount: textAt(podSpec, 'serviceAccountName') || textAt(podSpec, 'serviceAccount') || 'default',
      podSpec,
    };
  });
}

/** The names in a list of LocalObjectReferences. The kubelet ignores empty names. */
function pullSecretNames(references: unknown): readonly string[] {
  const names = new Set<string>();
  for (const reference of arrayOf(references)) {
    const name = stringOf(objectOf(reference)['name']);
    if (name !== '') names.add(name);
    if (names.size > limits.pullSecrets) break;
  }
  return [...names];
}

/**
 * Returns whether an object must not be checked: it is being deleted, or it is the mirror pod of a static pod. Anyone can
 * write the annotation of mirror pods, so it counts only on a Pod that has a node, as the kubelet creates it.
 */
export function isOutOfScope({ podPaths }: WorkloadKind, object: unknown): boolean {
  const metadata = descend(object, ['metadata']);
  if (typeof metadata['deletionTimestamp'] === 'string') return true;
  const isPod = podPaths.some((path) => path.length === 0);
  const isMirror = Object.hasOwn(objectOf(metadata['annotations']), 'kubernetes.io/config.mirror');
  return isPod && isMirror && textAt(descend(object, ['spec']), 'nodeName') !== '';
}
