import { parseImageReference } from '../image/image-reference.ts';
import type { ImageUse, NotString, PullPolicy, UseKind } from './image-use.ts';
import { arrayOf, isObject, objectOf, stringOf, type JsonObject } from '../../lib/json.ts';

const containerFields = [
  ['init', 'initContainers'],
  ['container', 'containers'],
  ['ephemeral', 'ephemeralContainers'],
] as const satisfies readonly (readonly [UseKind, string])[];

/**
 * Returns the places in a pod spec that name an image: init containers, containers, ephemeral containers, then image
 * volumes. Returns the first `most` of them. `path` is the field path of the pod spec in its object. Never throws,
 * whatever the spec contains.
 */
export function imageUses(podSpec: JsonObject, path: string, most: number): readonly ImageUse[] {
  const uses: ImageUse[] = [];
  for (const [kind, field] of containerFields) {
    for (const [index, item] of arrayOf(podSpec[field])
      .slice(0, most - uses.length)
      .entries()) {
      uses.push(containerUse(objectOf(item), kind, `${path}.${field}[${index}].image`));
    }
  }
  return [...uses, ...volumeUses(podSpec, path, most - uses.length)];
}

/** Returns the place in a container that names its image. `path` is the field path of the image. */
export function containerUse(container: JsonObject, kind: UseKind, path: string): ImageUse {
  const image = stringOf(container['image']);
  return {
    kind,
    name: stringOf(container['name']),
    path,
    image,
    ...notString(container['image']),
    pullPolicy: pullPolicyOf(container['imagePullPolicy'], image),
    needed: true,
  };
}

function volumeUses(podSpec: JsonObject, path: string, most: number): readonly ImageUse[] {
  const found = [...arrayOf(podSpec['volumes']).entries()].filter(([, volume]) => hasImage(volume)).slice(0, most);
  if (found.length === 0) return [];
  const mounted = mountedVolumes(podSpec);
  return found.map(([index, volume]) => {
    const { name: written, image: source } = objectOf(volume);
    const { reference, pullPolicy } = objectOf(source);
    const image = stringOf(reference);
    const name = stringOf(written);
    return {
      kind: 'volume',
      name,
      path: `${path}.volumes[${index}].image.reference`,
      image,
      ...notString(reference),
      pullPolicy: pullPolicyOf(pullPolicy, image),
      needed: mounted.has(name),
    };
  });
}

function hasImage(volume: unknown): boolean {
  const { image } = objectOf(volume);
  return image !== undefined && image !== null;
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
