import { arrayOf, member, objectOf } from './json.ts';

/** A path in a JSON value, read once so that it can be followed often. */
export interface JsonPath {
  readonly text: string;
  readonly steps: readonly string[];
  /** Whether no step is a wildcard, so that the path leads to at most one value. */
  readonly plain: boolean;
}

/** A value, and the path of it: with an index or a key in place of each wildcard. */
export interface Place {
  readonly path: string;
  readonly value: unknown;
}

/**
 * Reads a path such as `spec.secretTemplates[*].name`: `[*]` stands for each item of a list, and a step `*` for each
 * member of an object. The empty path leads to the value itself.
 */
export function parseJsonPath(text: string): JsonPath {
  const steps = text.split(/\.|(?=\[\*\])/).filter((step) => step !== '');
  return { text, steps, plain: !steps.some(isWildcard) };
}

/** How many items and members wildcards may still stand for. It may become negative. */
export interface Budget {
  left: number;
}

/**
 * Yields the places that a path leads to. A step that is missing leads to none. In the path of a place, the key of a
 * member that `*` stands for is in brackets, as the API server writes it: `spec.pytorchReplicaSpecs[Worker].template`. A
 * long key is cut. Stops if nothing is left of `budget`.
 */
export function placesAt(
  value: unknown,
  { text, steps, plain }: JsonPath,
  budget: Budget = { left: Infinity },
): Iterable<Place> {
  if (!plain) return below({ path: '', value }, steps, 0, budget);
  const found = steps.reduce<unknown>(member, value);
  return found === undefined ? [] : [{ path: text, value: found }];
}

/** Returns the values at the places that a path leads to. */
export function valuesAt(value: unknown, path: string): readonly unknown[] {
  return [...placesAt(value, parseJsonPath(path))].map((place) => place.value);
}

function* below(place: Place, steps: readonly string[], at: number, budget: Budget): Iterable<Place> {
  const step = steps[at];
  if (step === undefined) {
    yield place;
    return;
  }
  for (const next of childrenOf(place, step)) {
    if (isWildcard(step) && budget.left-- <= 0) return;
    yield* below(next, steps, at + 1, budget);
  }
}

function* childrenOf({ path, value }: Place, step: string): Iterable<Place> {
  if (step === '[*]') {
    for (const [index, item] of arrayOf(value).entries()) yield { path: `${path}[${index}]`, value: item };
  } else if (step === '*') {
    for (const key of Object.keys(objectOf(value))) yield { path: `${path}[${cut(key)}]`, value: member(value, key) };
  } else {
    const found = member(value, step);
    if (found !== undefined) yield { path: joinPath(path, step), value: found };
  }
}

function isWildcard(step: string): boolean {
  return step === '[*]' || step === '*';
}

function cut(key: string): string {
  return key.length > 100 ? `${key.slice(0, 100)}…` : key;
}

/** Returns the path of the field `name` of the object at `path`. */
export function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
