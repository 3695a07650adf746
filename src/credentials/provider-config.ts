import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { lineAt } from '../lib/yaml-lines.ts';
import { durationMs } from '../lib/go-duration.ts';
import { parsePattern } from '../engine/keyring/match-images.ts';
import type { Provider } from './provider.ts';
import { shapeError, type ConfigShape, type ProviderShape } from './provider-config-schema.ts';

/** The configured plugins. `invalid`: the kubelet would not start with this configuration. */
export type ProviderConfig =
  | { readonly kind: 'providers'; readonly providers: readonly Provider[] }
  | { readonly kind: 'invalid'; readonly file: string; readonly line?: number; readonly reason: string };

/**
 * Reads a CredentialProviderConfig (YAML or JSON). If `path` is a folder, reads every such file in it, sorted by name.
 * Mirrors readCredentialProviderConfig and its validation in kubernetes v1.36.3
 * pkg/credentialprovider/plugin/config.go.
 */
export async function readProviderConfig(path: string): Promise<ProviderConfig> {
  const providers: Provider[] = [];
  for (const file of await configFiles(path)) {
    const read = await readConfigFile(file);
    if (read.kind === 'invalid') return read;
    const duplicate = read.providers.find(({ name }) => providers.some((other) => other.name === name));
    if (duplicate !== undefined)
      return { kind: 'invalid', file, reason: `another file also defines provider ${duplicate.name}` };
    providers.push(...read.providers);
  }
  if (providers.length > 0) return { kind: 'providers', providers };
  return { kind: 'invalid', file: path, reason: 'no provider is configured' };
}

async function configFiles(path: string): Promise<readonly string[]> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory() !== true) return [path];
  const names = await readdir(path).catch(() => []);
  return names
    .filter((name) => /\.(?:json|ya?ml)$/.test(name))
    .toSorted()
    .map((name) => join(path, name));
}

async function readConfigFile(file: string): Promise<ProviderConfig> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { kind: 'invalid', file, reason: 'the file cannot be read' };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
  const [yamlError] = document.errors;
  if (yamlError !== undefined)
    return { kind: 'invalid', file, line: lines.linePos(yamlError.pos[0]).line, reason: 'the file is not valid YAML' };
  const config = valueOf(document);
  const error = shapeError(config) ?? ruleError((config as ConfigShape).providers);
  if (error === undefined) return { kind: 'providers', providers: (config as ConfigShape).providers.map(toProvider) };
  const line = lineAt(document, lines, error.path.map(String));
  return { kind: 'invalid', file, line, reason: error.reason };
}

/** The document as plain data; undefined if its aliases multiply into too much data. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

interface ConfigError {
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** The first error in a rule that the schema cannot express: unique names, durations, patterns. */
function ruleError(providers: readonly ProviderShape[]): ConfigError | undefined {
  for (const [at, { name, defaultCacheDuration, matchImages }] of providers.entries()) {
    const error = (field: string, reason: string): ConfigError => ({ path: ['providers', at, field], reason });
    if (providers.findIndex((other) => other.name === name) < at)
      return error('name', 'another provider has the same name');
    if (!((durationMs(defaultCacheDuration) ?? -1) >= 0))
      return error('defaultCacheDuration', 'defaultCacheDuration is not a valid duration');
    if (!matchImages.every((pattern) => parsePattern(pattern)))
      return error('matchImages', 'matchImages contains a pattern that is not valid');
  }
  return undefined;
}

function toProvider(shape: ProviderShape): Provider {
  const { name, apiVersion, matchImages, defaultCacheDuration, args, env, tokenAttributes } = shape;
  return {
    name,
    apiVersion,
    matchImages,
    defaultCacheMs: durationMs(defaultCacheDuration) ?? 0,
    args: args ?? [],
    env: Object.fromEntries((env ?? []).map((variable) => [variable.name, variable.value ?? ''])),
    ...(tokenAttributes && {
      token: {
        audience: tokenAttributes.serviceAccountTokenAudience,
        required: tokenAttributes.requireServiceAccount,
        requiredAnnotations: tokenAttributes.requiredServiceAccountAnnotationKeys ?? [],
        optionalAnnotations: tokenAttributes.optionalServiceAccountAnnotationKeys ?? [],
      },
    }),
  };
}
