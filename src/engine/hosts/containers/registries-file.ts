import { readAliases, type Aliases } from './aliases.ts';
import { isHostAndPort } from '../../image/image-host.ts';
import { quoted } from './quoted.ts';
import { readLocation, readRegistryEntry, type RegistryEntry } from './registry-entry.ts';
import { readRegistriesV1, registriesOfV1 } from './registries-v1.ts';
import { tomlFields } from './toml-fields.ts';
import type { JsonObject } from '../../../lib/json.ts';

/** The settings of one registries.conf or drop-in file. Lists that the file does not contain are undefined. */
export interface RegistriesFile {
  /** Sorted by prefix; each prefix occurs once. */
  readonly registries: readonly RegistryEntry[];
  readonly searchRegistries?: readonly string[];
  readonly credentialHelpers?: readonly string[];
  readonly aliases: Aliases;
}

/**
 * Reads a parsed registries.conf, or returns what is wrong with it. A drop-in file must not have the old format. Mirrors
 * loadConfigFile of containers/image v5.35.0 pkg/sysregistriesv2.
 */
export function readRegistriesFile(toml: JsonObject, isDropIn: boolean): RegistriesFile | string {
  const faults: string[] = [];
  const fields = tomlFields(toml, faults);
  const old = readRegistriesV1(fields, faults);
  const tables = fields.tables('registry');
  const aliases = fields.textMap('aliases');
  const credentialHelpers = fields.texts('credential-helpers');
  const mode = fields.text('short-name-mode') ?? '';
  const helper = fields.text('additional-layer-store-auth-helper') ?? '';
  const search = fields.texts('unqualified-search-registries');
  const isNew = [tables, aliases, credentialHelpers, search].some((value) => value !== undefined);
  if (old !== undefined && isDropIn) faults.push('a file of registries.conf.d must not have [registries.…] tables');
  if (old !== undefined && (isNew || mode !== '' || helper !== '')) {
    faults.push('[registries.…] tables and the settings of version 2 exclude each other');
  }
  if (mode !== '' && !modes.has(mode)) faults.push(`short-name-mode must be one of ${[...modes].join(', ')}`);
  const registries =
    old === undefined ? (tables ?? []).map((table) => readRegistryEntry(table, faults)) : registriesOfV1(old, faults);
  const conflict = conflictOf(registries);
  if (conflict !== undefined) faults.push(conflict);
  const searchRegistries = (old?.search ?? search)?.map((host) => readSearchRegistry(host, faults));
  const file = {
    registries: uniquePrefixes(registries),
    aliases: readAliases(aliases ?? new Map(), faults),
    ...(searchRegistries && { searchRegistries }),
    ...(credentialHelpers && { credentialHelpers }),
  };
  return faults[0] ?? file;
}

/** CRI-O always uses `disabled`, but an unknown mode makes the file invalid. */
const modes: ReadonlySet<string> = new Set(['enforcing', 'permissive', 'disabled']);

function readSearchRegistry(text: string, faults: string[]): string {
  const host = readLocation(text, faults);
  if (host.startsWith('[') || !isHostAndPort(host)) {
    faults.push(`unqualified-search-registries has ${quoted(text)}, which is not a host`);
  }
  return host;
}

/** Registries with the same location must agree on `insecure` and `blocked`. */
function conflictOf(registries: readonly RegistryEntry[]): string | undefined {
  const groups = Map.groupBy(registries, ({ location, prefix }) => (location === '' ? prefix : location));
  for (const [location, [first, ...others]] of groups) {
    for (const field of ['insecure', 'blocked'] as const) {
      if (others.some((other) => other[field] !== first?.[field])) {
        return `${quoted(location)} is there more than once, and not always with the same ${field}`;
      }
    }
  }
  return undefined;
}

/** The first registry of each prefix, sorted. Of two that fit equally well, the library takes the first. */
function uniquePrefixes(registries: readonly RegistryEntry[]): readonly RegistryEntry[] {
  const byPrefix = Map.groupBy(registries, ({ prefix }) => prefix);
  return sortedByPrefix([...byPrefix.values()].flatMap(([first]) => (first === undefined ? [] : [first])));
}

/** Returns registries in the order in which the library looks at them. */
export function sortedByPrefix(registries: readonly RegistryEntry[]): readonly RegistryEntry[] {
  return registries.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1));
}
