import { isAlias, isMap, isNode, isScalar, isSeq, type Document } from 'yaml';

/** A value of a type that Go cannot decode into the field. `offset` is its place in the text, in characters. */
export class GoYamlError extends Error {
  readonly offset: number | undefined;

  constructor(message: string, node?: unknown) {
    super(message);
    this.offset = isNode(node) ? node.range?.[0] : undefined;
  }
}

/**
 * Reads the nodes of a document that was parsed with the schema `failsafe`. The functions throw a `GoYamlError` that calls
 * the value `name`.
 */
export interface GoYaml {
  /** The node that an alias stands for, or the node itself. */
  resolved(node: unknown): unknown;
  /** The members of a map, with those of its merge keys first. Empty for null. */
  fields(node: unknown, name: string): readonly (readonly [key: string, value: unknown])[];
  /** The texts of a list. Empty for null. */
  texts(node: unknown, name: string): readonly string[];
  /** A text, or a number, boolean or date as it is written. Empty for null. */
  text(node: unknown, name: string): string;
  /** A boolean of YAML 1.1. False for null. */
  flag(node: unknown, name: string): boolean;
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);

const nulls: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);

/** Merge keys can multiply, and a map can merge itself. */
const maxMerges = 500;

/** Mirrors how gopkg.in/yaml.v2 v2.4.0 decode.go decodes into structs, maps, lists, strings and booleans. */
export function goYaml(document: Document): GoYaml {
  function resolved(node: unknown): unknown {
    return isAlias(node) ? (node.resolve(document) ?? fail(node, 'an alias has no anchor')) : node;
  }

  function fields(written: unknown, name: string): readonly (readonly [string, unknown])[] {
    const node = resolved(written);
    if (isNull(node)) return [];
    if (!isMap(node)) return fail(node, `${name} must be a map`);
    const [merges, own] = [node.items.filter(isMerge), node.items.filter((item) => !isMerge(item))];
    return [
      ...merges.flatMap(({ value }) => mergedFields(value, name)),
      ...own.map(({ key, value }) => [text(key, 'a key'), value] as const),
    ];
  }

  let merges = 0;
  function mergedFields(written: unknown, name: string): readonly (readonly [string, unknown])[] {
    const node = resolved(written);
    merges += 1;
    if (merges > maxMerges) return fail(node, 'the file has too many merge keys');
    return isSeq(node) ? node.items.toReversed().flatMap((item) => fields(item, name)) : fields(node, name);
  }

  function text(written: unknown, name: string): string {
    const node = resolved(written);
    if (isNull(node)) return '';
    return isScalar(node) ? String(node.value) : fail(node, `${name} must be a text`);
  }

  return {
    resolved,
    fields,
    text,
    texts(written, name) {
      const node = resolved(written);
      if (isNull(node)) return [];
      return isSeq(node) ? node.items.map((item) => text(item, name)) : fail(node, `${name} must be a list`);
    },
    flag(written, name) {
      const node = resolved(written);
      if (isNull(node)) return false;
      const value = isScalar(node) && isPlain(node) ? flags.get(String(node.value)) : undefined;
      return value ?? fail(node, `${name} must be true or false`);
    },
  };
}

function isNull(node: unknown): boolean {
  return node === undefined || node === null || (isScalar(node) && isPlain(node) && nulls.has(String(node.value)));
}

function isPlain(node: { readonly type?: unknown }): boolean {
  return node.type === 'PLAIN' || node.type === undefined;
}

function isMerge({ key }: { readonly key: unknown }): boolean {
  return isScalar(key) && isPlain(key) && key.value === '<<';
}

function fail(node: unknown, message: string): never {
  throw new GoYamlError(message, node);
}
