import { equalFold } from '../../../lib/equal-fold.ts';
import { isObject, type JsonObject } from '../../../lib/json.ts';

/**
 * Reads the fields of a TOML table. A field that is absent is undefined. A value of another type is undefined too, and
 * adds a fault.
 */
export interface TomlFields {
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean | undefined;
  readonly texts: (name: string) => readonly string[] | undefined;
  readonly table: (name: string) => JsonObject | undefined;
  readonly tables: (name: string) => readonly JsonObject[] | undefined;
  /** The members of a table of strings. Undefined without a fault if it is not a table: the decoder then ignores it. */
  readonly textMap: (name: string) => ReadonlyMap<string, string> | undefined;
}

/**
 * Returns a reader for the fields of a table that adds what is wrong to `faults`. Names match in any case if none matches
 * exactly. Mirrors how BurntSushi/toml v1.5.0 decodes a struct.
 */
export function tomlFields(table: JsonObject, faults: string[]): TomlFields {
  function valueOf(name: string): unknown {
    const key = Object.hasOwn(table, name) ? name : Object.keys(table).find((other) => equalFold(name, other));
    return key === undefined ? undefined : table[key];
  }
  function read<T>(name: string, is: (value: unknown) => value is T, type: string): T | undefined {
    const value = valueOf(name);
    if (value === undefined || is(value)) return value;
    faults.push(`${name} must be ${type}`);
    return undefined;
  }
  return {
    text: (name) => read(name, isText, 'a string'),
    flag: (name) => read(name, isFlag, 'true or false'),
    texts: (name) => read(name, isTexts, 'a list of strings'),
    table: (name) => read(name, isTable, 'a table'),
    tables: (name) => read(name, isTables, 'a list of tables'),
    textMap(name) {
      const map = isTable(valueOf(name)) ? read(name, isTextTable, 'a table of strings') : undefined;
      return map && new Map(Object.entries(map));
    },
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

/** A date is an object too, but of a class. */
function isTable(value: unknown): value is JsonObject {
  return isObject(value) && [null, Object.prototype].includes(Object.getPrototypeOf(value) as object | null);
}

function isTables(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every(isTable);
}

function isTextTable(value: unknown): value is Readonly<Record<string, string>> {
  return isTable(value) && Object.values(value).every(isText);
}
