import { arrayOf, descend, objectOf, stringOf, textAt, type JsonObject } from '../../lib/json.ts';
import { limits, type Limit } from '../limits.ts';
import { withTriggers } from './image-triggers.ts';
import type { ImageUse } from './image-use.ts';
import type { WorkloadKind } from './kind-row.ts';
import { settingsKey } from './pod-settings.ts';
import { describedPods, type DescribedPod } from './pods.ts';
import { isPodKind } from './workload-kind.ts';
import { controllerOf } from './controller.ts';

/**
 * A Pod, or those pods of an object that are pulled with the same credentials on the same nodes, with everything that
 * decides how their images are pulled.
 */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  /** `metadata.name`, or `metadata.generateName` if the name is not generated yet. */
  readonly name: string;
  /** Whether this is a pod template. The API server has not added the pull secrets of the ServiceAccount to it. */
  readonly template: boolean;
  /** Whether another object, such as a ReplicaSet or a Job, controls this one. */
  readonly controlled: boolean;
  /** The places that name an image. All workloads of an object have at most `limits.images`. */
  readonly uses: readonly ImageUse[];
  /** The limits because of which images of the object are in no workload. Only the first workload lists them. */
  readonly beyond: readonly Limit[];
  /** Different names in `imagePullSecrets`, in order, but no more than one above the limit. */
  readonly pullSecrets: readonly string[];
  /** `default` if none is written. */
  readonly serviceAccount: string;
  /** The pod spec. Its selectors decide which nodes the pod may run on. */
  readonly podSpec: JsonObject;
}

/**
 * Returns the workloads of an object. Empty if it has no pod spec. `namespace` comes from the request, because a new
 * object may not contain it. Never throws, whatever the object contains.
 */
export function readWorkloads(kind: WorkloadKind, object: unknown, namespace: string): readonly Workload[] {
  const { pods, more } = describedPods(kind, object);
  const groups = withSameSettings(pods);
  const beyond: readonly Limit[] = [
    ...(more ? ['images' as const] : []),
    ...(groups.length > limits.podSettings ? ['podSettings' as const] : []),
  ];
  const metadata = descend(object, ['metadata']);
  const common = {
    kind,
    namespace: kind.custom?.clusterWide === true ? '' : namespace,
    name: textAt(metadata, 'name') || textAt(metadata, 'generateName'),
    template: !isPodKind(kind),
    controlled: controllerOf(object) !== undefined,
  };
  const annotations = objectOf(metadata['annotations']);
  return groups.slice(0, limits.podSettings).flatMap((group, at) => {
    const [first] = group;
    if (first === undefined) return [];
    return {
      ...common,
      // OpenShift reads its triggers only on kinds that have one pod template.
      uses:
        kind.custom === undefined && common.template
          ? withTriggers(first.uses, annotations, first.path)
          : group.flatMap(({ uses }) => uses),
      beyond: at === 0 ? beyond : [],
      ...credentialsOf(kind, first),
      podSpec: first.podSpec,
    };
  });
}

/** Groups pods by their settings, in order. */
function withSameSettings(pods: readonly DescribedPod[]): readonly (readonly DescribedPod[])[] {
  if (pods.length < 2) return pods.map((pod) => [pod]);
  const keyOf = settingsKey();
  return [...Map.groupBy(pods, ({ podSpec }) => keyOf(podSpec)).values()];
}

/** The names of objects that hold credentials. Objects in no namespace cannot say in which namespace those are. */
function credentialsOf(
  { custom }: WorkloadKind,
  { podSpec }: DescribedPod,
): Pick<Workload, 'pullSecrets' | 'serviceAccount'> {
  if (custom?.clusterWide === true) return { pullSecrets: [], serviceAccount: 'default' };
  return {
    pullSecrets: pullSecretNames(podSpec['imagePullSecrets']),
    serviceAccount: textAt(podSpec, 'serviceAccountName') || textAt(podSpec, 'serviceAccount') || 'default',
  };
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
export function isOutOfScope(kind: WorkloadKind, object: unknown): boolean {
  const metadata = descend(object, ['metadata']);
  if (typeof metadata['deletionTimestamp'] === 'string') return true;
  const isMirror = Object.hasOwn(objectOf(metadata['annotations']), 'kubernetes.io/config.mirror');
  return isPodKind(kind) && isMirror && textAt(descend(object, ['spec']), 'nodeName') !== '';
}
