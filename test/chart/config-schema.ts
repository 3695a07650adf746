import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';

type Schema = { [key: string]: unknown };

/** The fields of the configuration that other values of the chart set. `config` must not have them. */
export const setByTheChart: Readonly<Record<string, readonly string[]>> = {
  '': ['apiVersion', 'kind', 'profile', 'ownNamespace'],
  server: ['address', 'port', 'metricsPort', 'pathToken'],
  tls: ['source', 'service', 'secretName', 'webhookConfiguration', 'certFile', 'keyFile'],
};

const path = join(import.meta.dirname, '../../src/config/schema.json');

/** The texts that `durationMs` accepts, because Helm's validator does not know the keyword `duration`. */
const duration = String.raw`^\+?(((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)){1,20}|0)$`;

/** Returns the schema of the values with the schema of the configuration as the schema of the value `config`. */
export async function withConfigSchema(values: string): Promise<string> {
  const source = JSON.parse(await readFile(path, 'utf8')) as Schema;
  const { $defs, ...config } = translated(source) as Schema;
  for (const key of ['$schema', '$id', 'required']) delete config[key];
  const properties = config['properties'] as Record<string, Schema>;
  for (const [parent, fields] of Object.entries(setByTheChart)) {
    const owner = parent === '' ? config : (properties[parent] as Schema);
    for (const field of fields) delete (owner['properties'] as Schema)[field];
    for (const key of ['if', 'then']) delete owner[key];
  }
  const schema = JSON.parse(values) as Schema & { properties: Schema; $defs: Schema };
  schema.properties['config'] = config;
  for (const [name, definition] of Object.entries($defs as Schema)) schema.$defs[`config-${name}`] = definition;
  return format(JSON.stringify(schema), { parser: 'json', printWidth: 120 });
}

/** Translates what only Pullgate's own validator knows, and moves the references to definitions. */
function translated(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(translated);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
      if (key === 'secret' || key === 'default' || (key === 'format' && value === 'cidr')) return [];
      if (key === 'duration' && typeof value === 'string') return [['pattern', duration]];
      if (key === '$ref') return [[key, String(value).replace('#/$defs/', '#/$defs/config-')]];
      return [[key, translated(value)]];
    }),
  );
}
