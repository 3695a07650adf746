import type { ErrorObject } from 'ajv';
import { editDistance } from '../lib/edit-distance.ts';

/** A mistake in a configuration: its path, and a sentence with what was expected and what was found. */
export interface ConfigProblem {
  readonly path: readonly string[];
  readonly sentence: string;
}

const nouns: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
};

type Expectation = (error: ErrorObject) => string;

/** For each keyword of the schema, the text of what it expects. */
const expectations: Readonly<Record<string, Expectation>> = {
  type: ({ params }) => nouns[params['type']] ?? String(params['type']),
  enum: ({ params }) => `one of ${params['allowedValues'].join(', ')}`,
  const: ({ params }) => String(params['allowedValue']),
  minimum: ({ params }) => `at least ${params['limit']}`,
  maximum: ({ params }) => `at most ${params['limit']}`,
  minItems: () => 'a non-empty list',
  minLength: () => 'a non-empty string',
};

/** Returns an ajv error as a `ConfigProblem`. The Ajv instance must have the option `verbose`. */
export function problemOf(error: ErrorObject): ConfigProblem {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  const missing = error.params['missingProperty'];
  if (typeof missing === 'string') return { path: [...path, missing], sentence: 'expected a value, found none' };
  const unknown = error.params['additionalProperty'];
  if (typeof unknown === 'string') return unknownKey(path, unknown, Object.keys(error.parentSchema?.['properties']));
  const expected = error.parentSchema?.['title'] ?? expectations[error.keyword]?.(error) ?? error.message;
  const found = error.parentSchema?.['secret'] === true ? 'something else' : describe(error.data);
  return { path, sentence: `expected ${expected}, found ${found}${hint(error)}` };
}

function unknownKey(path: readonly string[], key: string, known: readonly string[]): ConfigProblem {
  return {
    path: [...path, shorten(key)],
    sentence: `unknown key${didYouMean(key, known) || `; known keys are ${known.join(', ')}`}`,
  };
}

function hint({ keyword, params, data }: ErrorObject): string {
  return keyword === 'enum' && typeof data === 'string' ? didYouMean(data, params['allowedValues']) : '';
}

function didYouMean(written: string, known: readonly string[]): string {
  const distances = known.map((word) => ({
    word,
    distance: editDistance(written.toLowerCase(), word.toLowerCase(), 3),
  }));
  const [best] = distances.sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance < best.word.length / 2 ? `; did you mean ${best.word}?` : '';
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'a mapping' : shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
