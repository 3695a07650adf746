import type { DockerConfigEntry } from '../engine/keyring/docker-config.ts';
import { durationMs } from '../lib/go-duration.ts';
import { jsonMembers } from '../lib/json-members.ts';
import { objectOf, parseJson, stringOf } from '../lib/json.ts';
import { Redacted } from '../lib/redacted.ts';
import type { ProviderApiVersion } from './provider.ts';

/** A valid answer of a plugin. */
export interface PluginResponse {
  readonly entries: readonly DockerConfigEntry[];
  /** The images for which the answer may be cached: this image, every image of its registry, or all images. */
  readonly cacheKeyType: 'Image' | 'Registry' | 'Global';
  /** How long the answer may be cached, in ms; absent if the default of the configuration applies. */
  readonly cacheMs?: number;
}

/**
 * Reads a CredentialProviderResponse as strictly as the kubelet does. Undefined if the kind or the version is not the
 * requested one, or if a field is unknown, duplicate or of the wrong type.
 * Mirrors ExecPlugin of kubernetes v1.36.3 pkg/credentialprovider/plugin/plugin.go.
 */
export function readPluginResponse(text: string, apiVersion: ProviderApiVersion): PluginResponse | undefined {
  const response = objectOf(parseJson(text));
  if (response['kind'] !== 'CredentialProviderResponse' || response['apiVersion'] !== apiVersion) return undefined;
  if (!hasOnly(response, ['kind', 'apiVersion', 'cacheKeyType', 'cacheDuration', 'auth'])) return undefined;
  const { cacheKeyType, cacheDuration = null, auth = {} } = response;
  if (cacheKeyType !== 'Image' && cacheKeyType !== 'Registry' && cacheKeyType !== 'Global') return undefined;
  const cacheMs = durationMs(stringOf(cacheDuration));
  if (cacheDuration !== null && cacheMs === undefined) return undefined;
  const entries = readAuth(auth);
  if (hasDuplicates(text)) return undefined;
  return entries && { entries, cacheKeyType, ...(cacheMs !== undefined && { cacheMs }) };
}

function readAuth(auth: unknown): readonly DockerConfigEntry[] | undefined {
  if (!isObjectOrNull(auth)) return undefined;
  const entries: DockerConfigEntry[] = [];
  for (const [key, value] of Object.entries(objectOf(auth))) {
    if (!isObjectOrNull(value) || !hasOnly(objectOf(value), ['username', 'password'])) return undefined;
    const { username, password } = objectOf(value);
    if (!isTextOrNone(username) || !isTextOrNone(password)) return undefined;
    entries.push({ key, username: username ?? '', password: new Redacted(password ?? '') });
  }
  return entries;
}

function isObjectOrNull(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}

function isTextOrNone(value: unknown): value is string | null | undefined {
  return typeof value === 'string' || value === null || value === undefined;
}

/** Whether the object or an object inside it has a duplicate member. JSON.parse would silently keep the last one. */
function hasDuplicates(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  const members = jsonMembers(text);
  return (
    new Set(members.map(([name]) => name)).size < members.length || members.some(([, value]) => hasDuplicates(value))
  );
}

function hasOnly(object: object, fields: readonly string[]): boolean {
  return Object.keys(object).every((field) => fields.includes(field));
}
