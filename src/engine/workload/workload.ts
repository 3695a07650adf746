import type { ImageUse } from './image-use.ts';
import { imageUses } from './image-uses.ts';
import { arrayOf, descend, objectOf, stringOf, type JsonObject } from '../../lib/json.ts';

/** kind → its API group, and the path of its pod (for a Pod: itself), below which `spec` is the pod spec. */
const kinds = {
  Pod: { group: '', podPath: [] },
  PodTemplate: { group: '', podPath: ['template'] },
  ReplicationController: { group: '', podPath: ['spec', 'template'] },
  ReplicaSet: { group: 'apps', podPath: ['spec', 'template'] },
  Deployment: { group: 'apps', podPath: ['spec', 'template'] },
  StatefulSet: { group: 'apps', podPath: ['spec', 'template'] },
  DaemonSet: { group: 'apps', podPath: ['spec', 'template'] },
  Job: { group: 'batch', podPath: ['spec', 'template'] },
  CronJob: { group: 'batch', podPath: ['spec', 'jobTemplate', 'spec', 'template'] },
} as const satisfies Record<string, { readonly group: string; readonly podPath: readonly string[] }>;

/** A kind of object that pods come from, or a Pod itself. */
export type WorkloadKind = keyof typeof kinds;

/** What of a workload decides how its images are pulled. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  /** `metadata.name`, or `metadata.generateName` where the name is still to be made. */
  readonly name: string;
  /** Pods are made from it later: the ServiceAccount's secrets are not on it yet. */
  readonly template: boolean;
  readonly uses: readonly ImageUse[];
  /** Names in `imagePullSecrets`, in order. */
  readonly pullSecrets: readonly string[];
  /** `default` where none is written. */
  readonly serviceAccount: string;
  /** The pod spec itself: placement reads its selectors. */
  readonly podSpec: JsonObject;
}

/** The kind, where it is one that Pullgate checks: a `Job` of another group is somebody else's. */
export function workloadKind(group: string, kind: string): WorkloadKind | undefined {
  if (!Object.hasOwn(kinds, kind)) return undefined;
  const known = kind as WorkloadKind;
  return kinds[known].group === group ? known : undefined;
}

/** An object of a supported kind as a workload. `namespace` is the request's: an object being created may lack its own. */
export function readWorkload(kind: WorkloadKind, object: unknown, namespace: string): Workload {
  const podPath: readonly string[] = kinds[kind].podPath;
  const metadata = descend(object, ['metadata']);
  const podSpec = descend(object, [...podPath, 'spec']);
  return {
    kind,
    namespace,
    name: stringOf(metadata['name']) || stringOf(metadata['generateName']),
    template: podPath.length > 0,
    uses: imageUses(podSpec, [...podPath, 'spec'].join('.')),
    pullSecrets: pullSecretNames(podSpec['imagePullSecrets']),
    serviceAccount: stringOf(podSpec['serviceAccountName']) || stringOf(podSpec['serviceAccount']) || 'default',
    podSpec,
  };
}

/** The names in a list of LocalObjectReferences; the kubelet passes over empty ones. */
function pullSecretNames(references: unknown): readonly string[] {
  return arrayOf(references)
    .map((reference) => stringOf(objectOf(reference)['name']))
    .filter((name) => name !== '');
}

/** Objects that never pull an image again, or that the API server only mirrors from a node's own files. */
export function isOutOfScope(object: unknown): boolean {
  const metadata = descend(object, ['metadata']);
  const annotations = objectOf(metadata['annotations']);
  return typeof metadata['deletionTimestamp'] === 'string' || Object.hasOwn(annotations, 'kubernetes.io/config.mirror');
}
