import type { DockerConfigEntry } from '../engine/docker-config.ts';
import { durationMs } from '../engine/go-duration.ts';
import { objectOf, stringOf } from '../engine/json.ts';
import { Redacted } from '../engine/redacted.ts';
import type { ProviderApiVersion } from './provider.ts';

/** What a plugin answered. */
export interface PluginResponse {
  readonly entries: readonly DockerConfigEntry[];
  /** For what else the answer holds: this image, every image of its registry, or all. */
  readonly cacheKeyType: 'Image' | 'Registry' | 'Global';
  /** Absent: the configuration's default holds. */
  readonly cacheMs?: number;
}

/**
 * Reads a CredentialProviderResponse as strictly as the kubelet: another kind, another version than was asked or a field
 * too many makes it worthless; undefined then. Mirrors ExecPlugin of kubernetes pkg/credentialprovider/plugin/plugin.go.
 */
export function readPluginResponse(text: string, apiVersion: ProviderApiVersion): PluginResponse | undefined {
  const response = objectOf(parsed(text));
  if (response['kind'] !== 'CredentialProviderResponse' || response['apiVersion'] !== apiVersion) return undefined;
  if (!hasOnly(response, ['kind', 'apiVersion', 'cacheKeyType', 'cacheDuration', 'auth'])) return undefined;
  const { cacheKeyType, cacheDuration = null, auth = {} } = response;
  if (cacheKeyType !== 'Image' && cacheKeyType !== 'Registry' && cacheKeyType !== 'Global') return undefined;
  const cacheMs = durationMs(stringOf(cacheDuration));
  if (cacheDuration !== null && cacheMs === undefined) return undefined;
  const entries = readAuth(auth);
  return entries && { entries, cacheKeyType, ...(cacheMs !== undefined && { cacheMs }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readAuth(auth: unknown): readonly DockerConfigEntry[] | undefined {
  if (auth !== null && (typeof auth !== 'object' || Array.isArray(auth))) return undefined;
  const entries: DockerConfigEntry[] = [];
  for (const [key, value] of Object.entries(objectOf(auth))) {
    const { username = '', password = '' } = objectOf(value);
    if (typeof username !== 'string' || typeof password !== 'string') return undefined;
    if (!hasOnly(objectOf(value), ['username', 'password'])) return undefined;
    entries.push({ key, username, password: new Redacted(password) });
  }
  return entries;
}

function hasOnly(object: object, fields: readonly string[]): boolean {
  return Object.keys(object).every((field) => fields.includes(field));
}
