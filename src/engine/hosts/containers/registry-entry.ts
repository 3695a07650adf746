import { tomlFields } from './toml-fields.ts';
import { quoted } from './quoted.ts';
import type { JsonObject } from '../../../lib/json.ts';

/** A mirror of a registry. It is asked before the registry. */
export interface MirrorEntry {
  /** Replaces the prefix of the image name. */
  readonly location: string;
  /** Whether TLS certificates are not verified, and plain HTTP may be used. */
  readonly insecure: boolean;
  /** Which images it is asked for: those with a digest, those without one, or all. */
  readonly pullFromMirror: PullFromMirror;
}

export type PullFromMirror = 'all' | 'digest-only' | 'tag-only';

/** One `[[registry]]` of a registries.conf. */
export interface RegistryEntry {
  /** The beginning of the image names that it is for, or `*.DOMAIN`. */
  readonly prefix: string;
  /** Replaces the prefix of the image name. Empty only for `*.DOMAIN`: the name then stays as it is. */
  readonly location: string;
  readonly insecure: boolean;
  /** Whether nothing may be pulled from it. Its mirrors may still be used. */
  readonly blocked: boolean;
  readonly mirrors: readonly MirrorEntry[];
  /** Whether the mirrors are asked only for images with a digest. */
  readonly mirrorByDigestOnly: boolean;
}

/**
 * Reads one `[[registry]]` table, and adds what is wrong to `faults`. Mirrors postProcessRegistries of containers/image
 * v5.35.0 pkg/sysregistriesv2, for one registry.
 */
export function readRegistryEntry(table: JsonObject, faults: string[]): RegistryEntry {
  const fields = tomlFields(table, faults);
  const location = readLocation(fields.text('location') ?? '', faults);
  const written = fields.text('prefix') ?? '';
  const prefix = written === '' ? location : readLocation(written, faults);
  const mirrorByDigestOnly = fields.flag('mirror-by-digest-only') ?? false;
  const insecure = fields.flag('insecure') ?? false;
  const blocked = fields.flag('blocked') ?? false;
  if (location === '' && !(written !== '' && prefix.startsWith('*.'))) {
    faults.push(written === '' ? 'a registry has no location' : `the registry ${quoted(written)} has no location`);
  }
  if (prefix.startsWith('*.') && /[/@:]/.test(prefix)) faults.push(`the prefix ${quoted(prefix)} must be *.DOMAIN`);
  if ((fields.text('pull-from-mirror') ?? '') !== '') {
    faults.push(`pull-from-mirror is for mirrors, not for the registry ${quoted(prefix)}`);
  }
  const mirrors = (fields.tables('mirror') ?? []).map((mirror) => readMirror(mirror, mirrorByDigestOnly, faults));
  return { prefix, location, insecure, blocked, mirrors, mirrorByDigestOnly };
}

function readMirror(table: JsonObject, byDigestOnly: boolean, faults: string[]): MirrorEntry {
  const fields = tomlFields(table, faults);
  const location = readLocation(fields.text('location') ?? '', faults);
  const use = fields.text('pull-from-mirror') ?? '';
  const insecure = fields.flag('insecure') ?? false;
  if (location === '') faults.push('a mirror has no location');
  if (use !== '' && byDigestOnly) faults.push('pull-from-mirror and mirror-by-digest-only exclude each other');
  if (use !== '' && !isUse(use)) faults.push(`pull-from-mirror must be one of ${uses.join(', ')}`);
  return { location, insecure, pullFromMirror: isUse(use) ? use : 'all' };
}

const uses: readonly PullFromMirror[] = ['all', 'digest-only', 'tag-only'];

function isUse(text: string): text is PullFromMirror {
  return uses.some((use) => use === text);
}

/** Returns a location without the slashes at its end. Mirrors parseLocation of containers/image v5.35.0. */
export function readLocation(text: string, faults: string[]): string {
  const location = text.replace(/\/+$/, '');
  if (/^https?:\/\//.test(location)) faults.push(`the location ${quoted(text)} must not have a scheme`);
  return location;
}
