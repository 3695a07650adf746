/**
 * A JSON object of unknown content. The functions in this file treat a value of an unexpected type as absent: the API
 * server validates the objects that it sends, but manifests, registries and plugins may contain anything.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses a text or UTF-8 bytes. Undefined if it is not valid JSON. As in Go, a byte order mark is not valid JSON. */
export function parseJson(source: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof source === 'string' ? source : utf8.decode(source)) as unknown;
  } catch {
    return undefined;
  }
}

/** The length of the JSON text of `value`. Infinity if it is nested too deep to be written: some thousand levels. */
export function jsonLength(value: unknown): number {
  return jsonText(value)?.length ?? Infinity;
}

/** The JSON text of `value`. Undefined if it is nested too deep to be written: some thousand levels. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether a value is a JSON object, not null or an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` if it is an object, otherwise an empty object. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** `value` if it is an array, otherwise an empty array. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `value` if it is a string, otherwise ''. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * The members of `value` that are strings, for example labels, annotations or the data of a Secret. Empty if it is not
 * an object.
 */
export function stringMapOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The own property `name` of an object. Undefined if `value` is not an object or has no such property. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The object at `path`. Empty if a step is missing or is not an object. */
export function descend(value: unknown, path: readonly string[]): JsonObject {
  return objectOf(path.reduce<unknown>(member, value));
}

/** The member `name` if it is an object, otherwise an empty object. */
export function objectAt(value: unknown, name: string): JsonObject {
  return objectOf(member(value, name));
}

/** The objects in the array `name`. Empty if the member is not an array. */
export function objectsAt(value: unknown, name: string): readonly JsonObject[] {
  return arrayOf(member(value, name)).filter(isObject);
}

/** The member `name` if it is a string, otherwise ''. */
export function textAt(value: unknown, name: string): string {
  return stringOf(member(value, name));
}

/** The members of the object `name` that are strings. Empty if the member is not an object. */
export function textsAt(value: unknown, name: string): Readonly<Record<string, string>> {
  return stringMapOf(member(value, name));
}
