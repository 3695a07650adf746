/**
 * Reads JSON that somebody else wrote: a value of another type than expected reads as absent. The API server validates
 * the objects that it sends, but manifests, registries and plugins may send anything.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The JSON value of a text or of UTF-8 bytes; undefined if it is not JSON. As in Go, a byte order mark is not JSON. */
export function parseJson(source: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof source === 'string' ? source : utf8.decode(source)) as unknown;
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether a value is an object: neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` if it is an object, else an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** `value` if it is an array, else an empty one. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `value` if it is a string, else ''. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The members of an object whose values are strings: labels, annotations, the data of a Secret. */
export function stringMapOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** An object's own member; undefined if `value` is not an object or has no such member. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The object at the end of `path`; an empty one if a step is missing. */
export function descend(value: unknown, path: readonly string[]): JsonObject {
  return objectOf(path.reduce<unknown>(member, value));
}

/** The member `name` as an object, empty if it is none. */
export function objectAt(value: unknown, name: string): JsonObject {
  return objectOf(member(value, name));
}

/** The objects in the list `name`; none if it is not a list. */
export function objectsAt(value: unknown, name: string): readonly JsonObject[] {
  return arrayOf(member(value, name)).filter(isObject);
}

/** The member `name` as a string, '' if it is none. */
export function textAt(value: unknown, name: string): string {
  return stringOf(member(value, name));
}

/** The member `name` as a map of strings. */
export function textsAt(value: unknown, name: string): Readonly<Record<string, string>> {
  return stringMapOf(member(value, name));
}
