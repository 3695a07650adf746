import { placesAt, type Budget, type JsonPath } from '../../lib/json-path.ts';
import { isObject, member, objectOf, stringOf, type JsonObject } from '../../lib/json.ts';
import type { ImageUse } from './image-use.ts';
import { containerUse } from './image-uses.ts';
import type { ContainerField } from './pod-view.ts';

/**
 * Returns the first `most` places that name an image in the containers of an object that is not a pod spec. `path` is
 * the field path of the object. `budget` bounds the search. A container without a name gets the one that Argo and Tekton give it.
 */
export function containerUses(
  fields: readonly ContainerField[],
  object: JsonObject,
  path: string,
  most: number,
  budget: Budget,
): readonly ImageUse[] {
  const uses: ImageUse[] = [];
  for (const field of fields) {
    let at = 0;
    for (const place of placesAt(object, field.path, budget)) {
      if (uses.length === most) return uses;
      const fallback = field.path.plain ? 'main' : `unnamed-${at++}`;
      if (isObject(place.value)) uses.push(useIn(place.value, `${path}.${place.path}`, fallback, field, object, path));
    }
  }
  return uses;
}

/** An image name that is longer is never valid. It is not copied to thousands of containers. */
const longestImage = 1_000;

function useIn(
  written: JsonObject,
  place: string,
  fallback: string,
  { kind, defaults }: ContainerField,
  object: JsonObject,
  path: string,
): ImageUse {
  const common = defaults === undefined ? {} : defaultsIn(object, defaults);
  const name = member(written, 'name') || fallback;
  const imagePullPolicy = member(written, 'imagePullPolicy') ?? member(common, 'imagePullPolicy');
  const image = member(written, 'image');
  const shared = stringOf(member(common, 'image'));
  if (defaults === undefined || (image ?? '') !== '' || shared === '' || shared.length > longestImage) {
    return containerUse({ name, image, imagePullPolicy }, kind, `${place}.image`);
  }
  return containerUse({ name, image: shared, imagePullPolicy }, kind, `${path}.${defaults.text}.image`);
}

function defaultsIn(object: JsonObject, path: JsonPath): JsonObject {
  for (const { value } of placesAt(object, path)) return objectOf(value);
  return {};
}
