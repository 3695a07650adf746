import { arrayOf, isObject, member, type JsonObject } from '../lib/json.ts';
import { formatFieldPath } from '../lib/yaml-lines.ts';

/** A field of an object, and what is wrong with it. */
export interface FieldNote {
  /** Field path in the object. */
  readonly path: string;
  readonly message: string;
}

const field = 'imagePullSecrets';
/** Top-level fields that are not searched: annotations may have any content, and a status has no effect. */
const skipped: ReadonlySet<string> = new Set(['metadata', 'status']);

/**
 * Returns a note for each `imagePullSecrets` in an object that is not in one of the places where Kubernetes reads it, or
 * that is not a list of objects with a name. `places` are the paths of the objects that may have the field.
 */
export function pullSecretNotes(object: JsonObject, places: readonly (readonly string[])[]): readonly FieldNote[] {
  const allowed = places.map((place) => formatFieldPath([...place, field]));
  return fieldsIn(object, []).flatMap(([path, value]) => {
    if (!allowed.includes(path)) {
      return [{ path, message: `${field} has no effect here: it belongs in ${allowed.join(' or ')}` }];
    }
    if (isListOfNames(value)) return [];
    return [{ path, message: `${field} must be a list of objects with a name: [{name: SECRET}]` }];
  });
}

function fieldsIn(value: unknown, path: readonly string[]): readonly (readonly [path: string, value: unknown])[] {
  if (Array.isArray(value)) return arrayOf(value).flatMap((item, index) => fieldsIn(item, [...path, String(index)]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    if (key === field) return [[formatFieldPath([...path, key]), below] as const];
    return path.length === 0 && skipped.has(key) ? [] : fieldsIn(below, [...path, key]);
  });
}

/** A field without a value counts as an empty list, as in Kubernetes. */
function isListOfNames(value: unknown): boolean {
  if (value === null) return true;
  return Array.isArray(value) && arrayOf(value).every((item) => typeof member(item, 'name') === 'string');
}
