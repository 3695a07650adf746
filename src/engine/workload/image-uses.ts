import { parseImageReference } from '../image/image-reference.ts';
import type { ImageUse, NotString, PullPolicy, UseKind } from './image-use.ts';
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from '../../lib/json.ts';

const containerFields = [
  ['init', 'initContainers'],
  ['container', 'containers'],
  ['ephemeral', 'ephemeralContainers'],
] as const satisfies readonly (readonly [UseKind, string])[];

/**
 * Returns every place in a pod spec that names an image: init containers, containers, ephemeral containers, then image
 * volumes. `path` is the field path of the pod spec in its object. Never throws, whatever the spec contains.
 */
export function imageUses(podSpec: JsonObject, path: string): readonly ImageUse[] {
  return [
    ...containerFields.flatMap(([kind, field]) => containerUses(podSpec, kind, field, path)),
    ...volumeUses(podSpec, path),
  ];
}

function containerUses(podSpec: JsonObject, kind: UseKind, field: string, path: string): readonly ImageUse[] {
  return arrayOf(podSpec[field]).map((item, index) => {
    const container = objectOf(item);
    const image = stringOf(container['image']);
    return {
      kind,
      name: stringOf(container['name']),
      path: `${path}.${field}[${index}].image`,
      image,
      ...notString(container['image']),
      pullPolicy: pullPolicyOf(container['imagePullPolicy'], image),
      needed: true,
    };
  });
}

function volumeUses(podSpec: JsonObject, path: string): readonly ImageUse[] {
  const mounted = mountedVolumes(podSpec);
  return arrayOf(podSpec['volumes']).flatMap((item, index) => {
    const volume = objectOf(item);
    if (volume['image'] === undefined || volume['image'] === null) return [];
    const source = objectOf(volume['image']);
    const image = stringOf(source['reference']);
    const name = stringOf(volume['name']);
    return {
      kind: 'volume' as const,
      name,
      path: `${path}.volumes[${index}].image.reference`,
      image,
      ...notString(source['reference']),
      pullPolicy: pullPolicyOf(source['pullPolicy'], image),
      needed: mounted.has(name),
    };
  });
}

/** What is written in place of an image string. Empty if it is a string, or if nothing is written. */
function notString(written: unknown): { readonly notString?: NotString } {
  if (written === undefined || typeof written === 'string') return {};
  if (written === null) return { notString: 'null' };
  if (isObject(written)) return { notString: 'an object' };
  if (Array.isArray(written)) return { notString: 'a list' };
  return { notString: typeof written === 'number' ? 'a number' : 'a boolean' };
}

function mountedVolumes(podSpec: JsonObject): ReadonlySet<string> {
  const containers = containerFields.flatMap(([, field]) => arrayOf(podSpec[field]));
  const mounts = containers.flatMap((container) => arrayOf(objectOf(container)['volumeMounts']));
  return new Set(mounts.map((mount) => stringOf(objectOf(mount)['name'])));
}

/**
 * The pull policy as written, or the API server's default: Always if the tag is `latest`, also by default, else
 * IfNotPresent. Mirrors kubernetes v1.36.3 pkg/apis/core/v1/defaults.go.
 */
function pullPolicyOf(written: unknown, image: string): PullPolicy {
  if (written === 'Always' || written === 'IfNotPresent' || written === 'Never') return written;
  const parsed = parseImageReference(image);
  return parsed.kind === 'reference' && parsed.reference.tag === 'latest' ? 'Always' : 'IfNotPresent';
}
