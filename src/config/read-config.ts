import type { ValidateFunction } from 'ajv';
import { LineCounter, parseDocument } from 'yaml';
import type { Config } from './config.ts';
import { isCidr } from '../lib/address.ts';
import { compileSchema } from '../lib/json-schema.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import { documentProblem, formatFieldPath, lineAt } from '../lib/yaml-lines.ts';
import { keywords } from './keywords.ts';
import { overridesOf, renamedVariable, type Override, type Overrides } from './overrides.ts';
import { problemOf } from './problem.ts';
import schema from './schema.json' with { type: 'json' };

/** The text of a file, and the file name to use in messages. */
export interface ConfigFile {
  readonly name: string;
  readonly text: string;
}

/** `problem` is one line: where, what was expected and what was found. */
export type ConfigResult =
  { readonly kind: 'config'; readonly config: Config } | { readonly kind: 'invalid'; readonly problem: string };

/** Used if there is no file: all options have their defaults. */
const minimalFile: ConfigFile = {
  name: 'defaults',
  text: 'apiVersion: pullgate.dev/v1alpha1\nkind: PullgateConfiguration\n',
};

/**
 * Returns the frozen config from a file, the environment and flags; flags have the highest priority. A mistake gives
 * `invalid` with the first problem. Throws only for a bug.
 */
export function readConfig(file: ConfigFile = minimalFile, overrides: Overrides = {}): ConfigResult {
  const outdated = renamedVariable(overrides);
  if (outdated !== undefined) return invalid(outdated);
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines });
  const unreadable = documentProblem(document, lines);
  if (unreadable !== undefined) return invalid(`${file.name}:${unreadable.line}: ${unreadable.reason}`);
  const replacements = overridesOf(overrides);
  const written: unknown = document.toJS();
  const holder = { config: isObject(written) ? replacements.reduce(withOverride, written) : written };
  const validate = validator();
  if (validate(holder.config)) return { kind: 'config', config: freeze(holder.config) as Config };

  const [first] = validate.errors ?? [];
  if (first === undefined) throw new Error('the schema rejected the config without an error');
  const { path, sentence } = problemOf(first);
  const origin = replacements.findLast((override) => formatFieldPath(override.path) === formatFieldPath(path))?.origin;
  const where = origin ?? `${file.name}:${lineAt(document, lines, path)}: ${formatFieldPath(path)}`;
  return invalid(`${where.replace(/: $/, '')}: ${sentence}`);
}

let compiled: ValidateFunction | undefined;

function validator(): ValidateFunction {
  return (compiled ??= compileSchema(schema, {
    useDefaults: true,
    verbose: true,
    keywords: [...keywords],
    formats: { cidr: isCidr },
  }));
}

function invalid(problem: string): ConfigResult {
  return { kind: 'invalid', problem: problem.replaceAll(/\p{Cc}+/gu, ' ') };
}

function withOverride(config: JsonObject, { path, value }: Override): JsonObject {
  return setAt(config, path, value) as JsonObject;
}

/** Returns `below` with `value` at `path`. If a step is not an object, it stays unchanged and the schema reports it. */
function setAt(below: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (below !== undefined && !isObject(below)) return below;
  return { ...below, [step]: setAt(below?.[step], rest, value) };
}

function freeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}
