import { Ajv } from 'ajv';
import { LineCounter, parseDocument } from 'yaml';
import type { Config } from './config.ts';
import { isCidr } from '../lib/address.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import { documentProblem, formatFieldPath, lineAt } from '../lib/yaml-lines.ts';
import { keywords } from './keywords.ts';
import { overridesOf, renamedVariable, type Override, type Overrides } from './overrides.ts';
import { problemOf } from './problem.ts';
import schema from './schema.json' with { type: 'json' };

/** A file's text, and the name by which a problem speaks of it. */
export interface ConfigFile {
  readonly name: string;
  readonly text: string;
}

/** `problem` is one line: where, what was expected, what was found. */
export type ConfigResult =
  { readonly kind: 'config'; readonly config: Config } | { readonly kind: 'invalid'; readonly problem: string };

/** Without a file everything is at its default. */
const nothingWritten: ConfigFile = {
  name: 'defaults',
  text: 'apiVersion: pullgate.dev/v1alpha1\nkind: PullgateConfiguration\n',
};

/** The frozen config that a file, the environment and flags make together, each above the one before. */
export function readConfig(file: ConfigFile = nothingWritten, overrides: Overrides = {}): ConfigResult {
  const outdated = renamedVariable(overrides);
  if (outdated !== undefined) return invalid(outdated);
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines });
  const unreadable = documentProblem(document, lines);
  if (unreadable !== undefined) return invalid(`${file.name}:${unreadable.line}: ${unreadable.reason}`);
  const above = overridesOf(overrides);
  const written: unknown = document.toJS();
  const holder = { config: isObject(written) ? above.reduce(withOverride, written) : written };
  const validate = new Ajv({
    useDefaults: true,
    verbose: true,
    keywords: [...keywords],
    formats: { cidr: isCidr },
  }).compile(schema);
  if (validate(holder.config)) return { kind: 'config', config: freeze(holder.config) as Config };

  const [first] = validate.errors ?? [];
  if (first === undefined) throw new Error('the schema refused the config and did not say why');
  const { path, sentence } = problemOf(first);
  const origin = above.findLast((override) => formatFieldPath(override.path) === formatFieldPath(path))?.origin;
  const where = origin ?? `${file.name}:${lineAt(document, lines, path)}: ${formatFieldPath(path)}`;
  return invalid(`${where.replace(/: $/, '')}: ${sentence}`);
}

function invalid(problem: string): ConfigResult {
  return { kind: 'invalid', problem: problem.replaceAll(/\p{Cc}+/gu, ' ') };
}

function withOverride(config: JsonObject, { path, value }: Override): JsonObject {
  return setAt(config, path, value) as JsonObject;
}

/** `below` with `value` at the end of `path`. A step that is not an object stays as it is written: the schema reports it. */
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
