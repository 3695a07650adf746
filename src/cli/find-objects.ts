import { arrayOf, isObject, objectOf, stringOf } from '../lib/json.ts';
import type { Manifest } from './manifest.ts';

/** Content of a document, and where it is in the document. */
export interface FoundObject {
  readonly object: Manifest['object'];
  /** The keys and indexes from the root of the document to the object. */
  readonly path: readonly string[];
  /** False for content that is not a Kubernetes object, because it has no `kind` or no `apiVersion`. */
  readonly isObject: boolean;
}

interface TypeOfItems {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * Returns the Kubernetes object in a document, or each item of a List as its own object. In a list of one kind, such as a
 * PodList, an item that names no kind or version has those of the list. Empty if the document is empty.
 */
export function findObjects(document: unknown): readonly FoundObject[] {
  return objectsIn(document, []);
}

/** `items` is the type of an object that does not name its own. */
function objectsIn(value: unknown, path: readonly string[], items?: TypeOfItems): readonly FoundObject[] {
  if (value === null || value === undefined) return [];
  const written = objectOf(value);
  const kind = stringOf(written['kind']) || (items?.kind ?? '');
  const apiVersion = stringOf(written['apiVersion']) || (items?.apiVersion ?? '');
  if (!isObject(value) || kind === '' || apiVersion === '') return [{ object: written, path, isObject: false }];
  if (!kind.endsWith('List') || !Array.isArray(written['items'])) {
    return [{ object: { ...written, apiVersion, kind }, path, isObject: true }];
  }
  const itemKind = kind.slice(0, -'List'.length);
  return arrayOf(written['items']).flatMap((item, index) =>
    objectsIn(item, [...path, 'items', String(index)], itemKind === '' ? undefined : { apiVersion, kind: itemKind }),
  );
}
