import { describedPods, type DescribedPod } from '../engine/workload/pods.ts';
import { groupOf, workloadKind } from '../engine/workload/workload-kind.ts';
import { isObject, member, objectAt, objectsAt, textAt, type JsonObject } from '../lib/json.ts';

const containerFields = ['initContainers', 'containers', 'ephemeralContainers'] as const;
/** Fields of a pod spec that decide which node runs the pod, and how. */
const nodeFields = ['nodeName', 'nodeSelector', 'runtimeClassName', 'tolerations', 'os'] as const;

/**
 * Returns an object with only what decides whether its images can be pulled: names, images, pull policies, the names of
 * secrets and of the ServiceAccount, and what selects the nodes. Undefined if the object has no pods.
 */
export function bareObject(object: JsonObject): JsonObject | undefined {
  const apiVersion = textAt(object, 'apiVersion');
  const kind = workloadKind(groupOf(apiVersion), textAt(object, 'kind'));
  if (kind === undefined) return undefined;
  const metadata = picked(objectAt(object, 'metadata'), ['name', 'namespace']);
  const { pods } = describedPods(kind, object);
  const bare = { apiVersion, kind: kind.kind, metadata };
  if (kind.custom !== undefined) return { ...bare, pods: pods.map(barePod) };
  const specs = pods.map(({ path, podSpec }) =>
    path.split('.').reduceRight<JsonObject>((inner, name) => ({ [name]: inner }), bareSpec(podSpec)),
  );
  return Object.assign(bare, ...specs) as JsonObject;
}

/** A pod of a custom kind, which may have its parts in many places. */
function barePod({ path, podSpec, uses }: DescribedPod): JsonObject {
  const images = uses.map(({ path: imagePath, image, pullPolicy }) => ({ path: imagePath, image, pullPolicy }));
  return { path, ...bareSpec(podSpec), images };
}

function bareSpec(spec: JsonObject): JsonObject {
  const containers = containerFields.flatMap((field) =>
    Array.isArray(spec[field])
      ? [[field, objectsAt(spec, field).map((one) => picked(one, ['name', 'image', 'imagePullPolicy']))] as const]
      : [],
  );
  const volumes = objectsAt(spec, 'volumes').filter((volume) => isObject(volume['image']));
  const affinity = member(spec['affinity'], 'nodeAffinity');
  return {
    ...Object.fromEntries(containers),
    ...(volumes.length > 0 && {
      volumes: volumes.map((volume) => ({
        name: volume['name'],
        image: picked(objectAt(volume, 'image'), ['reference', 'pullPolicy']),
      })),
    }),
    ...(Array.isArray(spec['imagePullSecrets']) && {
      imagePullSecrets: objectsAt(spec, 'imagePullSecrets').map((one) => picked(one, ['name'])),
    }),
    ...picked(spec, ['serviceAccountName', ...nodeFields]),
    ...(affinity !== undefined && { affinity: { nodeAffinity: affinity } }),
  };
}

function picked(from: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]]));
}
