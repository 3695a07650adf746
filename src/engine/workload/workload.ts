import { arrayOf, descend, objectOf, objectsAt, stringOf, textAt, type JsonObject } from '../../lib/json.ts';
import type { ImageUse } from './image-use.ts';
import { imageUses } from './image-uses.ts';
import type { WorkloadKind } from './workload-kind.ts';

/** The pods that one object describes in one place: what decides how their images are pulled. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  /** `metadata.name`, or `metadata.generateName` if the name is yet to be generated. */
  readonly name: string;
  /** Pods are made from it later: the ServiceAccount's secrets are not on it yet. */
  readonly template: boolean;
  /** Whether another object (a ReplicaSet, a Job) controls this one, and made it from a template. */
  readonly controlled: boolean;
  readonly uses: readonly ImageUse[];
  /** Names in `imagePullSecrets`, in order. */
  readonly pullSecrets: readonly string[];
  /** `default` if none is written. */
  readonly serviceAccount: string;
  /** The pod spec itself: placement reads its selectors. */
  readonly podSpec: JsonObject;
}

/** An object as workloads, one for each of its pod templates. `namespace` is the request's: a new object may lack its own. */
export function readWorkloads(kind: WorkloadKind, object: unknown, namespace: string): readonly Workload[] {
  const metadata = descend(object, ['metadata']);
  const controlled = objectsAt(metadata, 'ownerReferences').some(({ controller }) => controller === true);
  return kind.podPaths.map((podPath) => {
    const podSpec = descend(object, [...podPath, 'spec']);
    return {
      kind,
      namespace,
      name: textAt(metadata, 'name') || textAt(metadata, 'generateName'),
      template: podPath.length > 0,
      controlled,
      uses: imageUses(podSpec, [...podPath, 'spec'].join('.')),
      pullSecrets: pullSecretNames(podSpec['imagePullSecrets']),
      serviceAccount: textAt(podSpec, 'serviceAccountName') || textAt(podSpec, 'serviceAccount') || 'default',
      podSpec,
    };
  });
}

/** The names in a list of LocalObjectReferences; the kubelet ignores empty ones. */
function pullSecretNames(references: unknown): readonly string[] {
  return arrayOf(references)
    .map((reference) => stringOf(objectOf(reference)['name']))
    .filter((name) => name !== '');
}

/** Whether an object never pulls an image again, or is only the API server's mirror of a node's own file. */
export function isOutOfScope(object: unknown): boolean {
  const metadata = descend(object, ['metadata']);
  const annotations = objectOf(metadata['annotations']);
  return typeof metadata['deletionTimestamp'] === 'string' || Object.hasOwn(annotations, 'kubernetes.io/config.mirror');
}
