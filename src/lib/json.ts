/**
 * Reads of JSON that somebody else wrote: what is of another type than expected reads as absent. Objects reach
 * Pullgate validated by the API server, manifests and fuzzers send anything.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

/** `value` where it is an object (not an array), else an empty one. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** `value` where it is an array, else an empty one. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `value` where it is a string, else ''. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The strings among the values of an object: labels, annotations, selectors. */
export function stringMapOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The object below `path`, a step a field; an empty one where a step is missing. */
export function descend(value: unknown, path: readonly string[]): JsonObject {
  let here = objectOf(value);
  for (const step of path) here = Object.hasOwn(here, step) ? objectOf(here[step]) : {};
  return here;
}
