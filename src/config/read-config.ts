import { Ajv } from 'ajv';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { Config } from './config.ts';
import { isCidr, keywords } from './keywords.ts';
import { fieldPath, lineOf } from './locate.ts';
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

type JsonMapping = Record<string, unknown>;

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
  const [error] = document.errors;
  if (error !== undefined) return invalid(`${file.name}:${error.linePos?.[0].line ?? 1}: ${firstLine(error.message)}`);
  const aliases = aliasProblem(document);
  if (aliases !== undefined) return invalid(`${file.name}: ${firstLine(aliases)}`);
  const written: unknown = document.toJS();

  const above = overridesOf(overrides);
  if (isMapping(written)) for (const override of above) lay(written, override);
  const holder = { config: written };
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
  const origin = above.findLast((override) => fieldPath(override.path) === fieldPath(path))?.origin;
  const where = origin ?? `${file.name}:${lineOf(document, lines, path)}: ${fieldPath(path)}`;
  return invalid(`${where.replace(/: $/, '')}: ${sentence}`);
}

function invalid(problem: string): ConfigResult {
  return { kind: 'invalid', problem: problem.replaceAll(/\p{Cc}+/gu, ' ') };
}

function firstLine(text: string): string {
  return /^[^\n;]*/.exec(text)?.[0].replace(/ at line \d+, column \d+:$/, '') ?? '';
}

/** yaml tells of an alias without an anchor, and of aliases that would blow a small file up, by throwing. */
function aliasProblem(document: Document.Parsed): string | undefined {
  try {
    document.toJS();
    return undefined;
  } catch (error) {
    if (error instanceof ReferenceError) return error.message;
    throw error;
  }
}

function lay(config: JsonMapping, { path, value }: Override): void {
  const [step = '', ...rest] = path;
  if (rest.length === 0) config[step] = value;
  else {
    config[step] ??= {};
    const below = config[step];
    // What is no mapping stays as it is written: the schema speaks of it.
    if (isMapping(below)) lay(below, { origin: '', path: rest, value });
  }
}

function isMapping(value: unknown): value is JsonMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function freeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}
