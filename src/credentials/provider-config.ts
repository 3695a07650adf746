import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { lineAt } from '../lib/yaml-lines.ts';
import { durationMs } from '../lib/go-duration.ts';
import { parsePattern } from '../engine/keyring/match-images.ts';
import type { Provider } from './provider.ts';
import { shapeFault, type ConfigShape, type ProviderShape } from './provider-config-schema.ts';

/** `invalid`: the kubelet would not start with it. */
export type ProviderConfig =
  | { readonly kind: 'providers'; readonly providers: readonly Provider[] }
  | { readonly kind: 'invalid'; readonly file: string; readonly line?: number; readonly reason: string };

/**
 * A CredentialProviderConfig (YAML or JSON), or all those of a folder in the order of their names. Mirrors
 * readCredentialProviderConfig and its validation in kubernetes pkg/credentialprovider/plugin/config.go.
 */
export async function readProviderConfig(path: string): Promise<ProviderConfig> {
  const providers: Provider[] = [];
  for (const file of await configFiles(path)) {
    const read = await readConfigFile(file);
    if (read.kind === 'invalid') return read;
    const twice = read.providers.find(({ name }) => providers.some((other) => other.name === name));
    if (twice !== undefined)
      return { kind: 'invalid', file, reason: `provider ${twice.name} stands in another file too` };
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
  const [broken] = document.errors;
  if (broken !== undefined)
    return { kind: 'invalid', file, line: lines.linePos(broken.pos[0]).line, reason: 'the file is not YAML' };
  const config = plain(document);
  const fault = shapeFault(config) ?? ruleFault((config as ConfigShape).providers);
  if (fault === undefined) return { kind: 'providers', providers: (config as ConfigShape).providers.map(toProvider) };
  const line = lineAt(document, lines, fault.path.map(String));
  return { kind: 'invalid', file, line, reason: fault.reason };
}

/** The document as plain data; aliases that multiply without end make it none. */
function plain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

interface Fault {
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** What no schema says: durations, patterns, names that are given once. */
function ruleFault(providers: readonly ProviderShape[]): Fault | undefined {
  for (const [at, { name, defaultCacheDuration, matchImages }] of providers.entries()) {
    const fault = (field: string, reason: string): Fault => ({ path: ['providers', at, field], reason });
    if (providers.findIndex((other) => other.name === name) < at) return fault('name', 'the name is given twice');
    if (!((durationMs(defaultCacheDuration) ?? -1) >= 0)) return fault('defaultCacheDuration', 'not a duration');
    if (!matchImages.every((pattern) => parsePattern(pattern))) return fault('matchImages', 'a pattern does not parse');
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
