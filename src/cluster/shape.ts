import { arrayOf, descend, objectOf, stringMapOf, stringOf, type JsonObject } from '../lib/json.ts';

/** Whether a value is an object, neither null nor an array. */
export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member, or an empty record where there is none of that shape. */
export function recordAt(value: unknown, key: string): JsonObject {
  return descend(value, [key]);
}

/** The members of a list that are objects; none where it is no list. */
export function recordsAt(value: unknown, key: string): readonly JsonObject[] {
  return arrayOf(objectOf(value)[key]).filter(isRecord);
}

/** The text, or an empty one. */
export function textAt(value: unknown, key: string): string {
  return stringOf(objectOf(value)[key]);
}

/** Every member that is a text: labels, the data of a secret. */
export function textsAt(value: unknown, key: string): Readonly<Record<string, string>> {
  return stringMapOf(objectOf(value)[key]);
}
