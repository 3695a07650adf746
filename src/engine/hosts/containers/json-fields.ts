import { textAt } from '../../../lib/json.ts';
import { eachJsonMember } from '../../../lib/json-members.ts';

/**
 * Returns the JSON text of each field of an object. Undefined if the value is not an object, or if a field occurs twice or
 * is not one of `names`. `text` must be valid JSON. Mirrors ParanoidUnmarshalJSONObject of containers/image v5.35.0
 * signature/internal/json.go.
 */
export function strictFields(
  text: string,
  isField: (name: string) => boolean = () => true,
): ReadonlyMap<string, string> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  const fields = new Map<string, string>();
  for (const [name, value] of eachJsonMember(text)) {
    if (fields.has(name) || !isField(name)) return undefined;
    fields.set(name, value.trimEnd());
  }
  return fields;
}

/** What a JSON text says about a field: it is valid and has a value (`set`) or has none (`unset`); undefined: invalid. */
export type FieldState = 'set' | 'unset' | undefined;

/** How the JSON text of one field is read. */
export type FieldKind = (text: string) => FieldState;

/** An object with fields of known kinds. */
export interface ObjectShape {
  readonly fields: Readonly<Record<string, FieldKind>>;
  /** Whether the fields fit together. `has`: the field is there. `isSet`: it has a value too. */
  readonly fits?: (isSet: (name: string) => boolean, has: (name: string) => boolean) => boolean;
}

/** Returns whether a JSON text is an object of a shape: with these fields only, each at most once. */
export function hasShape(text: string, { fields, fits }: ObjectShape): boolean {
  const found = strictFields(text, (name) => Object.hasOwn(fields, name));
  if (found === undefined) return false;
  const states = new Map([...found].map(([name, value]) => [name, fields[name]?.(value)]));
  if ([...states.values()].includes(undefined)) return false;
  const isSet = (name: string): boolean => states.get(name) === 'set';
  return fits === undefined
    ? Object.keys(fields).every((name) => found.has(name))
    : fits(isSet, (name) => found.has(name));
}

/** The value of a JSON string; an empty string for null, as in Go. Undefined for another value. */
export function stringOfJson(text: string): string | undefined {
  if (text === 'null') return '';
  return text.startsWith('"') ? (JSON.parse(text) as string) : undefined;
}

/** Returns a string field of a JSON object; an empty string if there is none. `text` must be valid JSON. */
export function stringAtJson(text: string, name: string): string {
  return textAt(JSON.parse(text) as unknown, name);
}
