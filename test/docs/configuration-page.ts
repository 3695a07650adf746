import { overridesOf, variableNames } from '../../src/config/overrides.ts';
import schema from '../../src/config/schema.json' with { type: 'json' };
import { formatFieldPath } from '../../src/lib/yaml-lines.ts';

/** The parts of JSON Schema that `schema.json` uses. */
interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly default?: string | number | boolean | object;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const definitions: Readonly<Record<string, Schema>> = schema.$defs;

/** Returns `docs/configuration.md`, made from the schema and the names of the environment variables. */
export function configurationPage(): string {
  const rows = fieldsOf('', schema);
  const variables = overridesOf({ environment: Object.fromEntries(variableNames.map((name) => [name, 'set'])) });
  return [
    '# Configuration',
    '',
    'The configuration is one YAML file. This page lists every field, and is generated from',
    '[schema.json](../src/config/schema.json). `[]` stands for each item of a list. A field without a default is optional,',
    'unless it is marked as required. An unknown field or a wrong value is an error that names the line.',
    '',
    '```yaml',
    'apiVersion: pullgate.dev/v1alpha1',
    'kind: PullgateConfiguration',
    'profile: audit',
    '```',
    '',
    '| field | value | default | what it does |',
    '|---|---|---|---|',
    ...rows,
    '',
    '## Environment variables',
    '',
    'An environment variable replaces the value of the file. A flag, such as `--profile`, replaces both.',
    '',
    '| variable | field |',
    '|---|---|',
    ...variables.map(({ origin, path }) => `| \`${origin}\` | \`${formatFieldPath(path)}\` |`),
    '',
  ].join('\n');
}

function rowsOf(path: string, written: Schema, required: boolean): readonly string[] {
  const field = resolved(written);
  const cells = [`\`${path}\``, valueOf(field), defaultOf(written, required), written.description ?? ''];
  const row = `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`).replaceAll('*', String.raw`\*`)).join(' | ')} |`;
  return [row, ...fieldsOf(path, field)];
}

function fieldsOf(path: string, field: Schema): readonly string[] {
  if (field === definitions['actions']) return [];
  const items = field.items === undefined ? undefined : resolved(field.items);
  if (items !== undefined) return fieldsOf(`${path}[]`, items);
  return Object.entries(field.properties ?? {}).flatMap(([name, below]) =>
    rowsOf(path === '' ? name : `${path}.${name}`, below, field.required?.includes(name) === true),
  );
}

function resolved(field: Schema): Schema {
  const name = field.$ref?.replace('#/$defs/', '');
  return (name === undefined ? undefined : definitions[name]) ?? field;
}

function valueOf(field: Schema): string {
  if (field === definitions['actions']) return 'for each kind of [finding](findings.md): `deny`, `warn` or `ignore`';
  if (field === definitions['kind']) return 'a kind of [finding](findings.md)';
  if (field.const !== undefined) return code(field.const);
  if (field.enum !== undefined) return field.enum.map(code).join(', ');
  if (field.items !== undefined) return listOf(valueOf(resolved(field.items)));
  if (field.type === 'object') return 'an object';
  if (field.title !== undefined) return field.title;
  if (field.type === 'integer') return `a whole number from ${field.minimum} to ${field.maximum}`;
  return { boolean: '`true` or `false`', string: 'a text' }[field.type ?? ''] ?? 'any value';
}

function listOf(item: string): string {
  const plurals: Readonly<Record<string, string>> = { 'a text': 'texts', 'an object': 'objects' };
  const plural = plurals[item];
  return plural === undefined ? `a list; each item is ${item}` : `a list of ${plural}`;
}

function defaultOf({ default: value }: Schema, required: boolean): string {
  if (value === undefined) return required ? 'required' : '';
  if (typeof value !== 'object') return code(String(value));
  return Object.values(value)
    .map((item) => code(String(item)))
    .join(' ');
}

function code(text: string): string {
  return `\`${text}\``;
}
