import type { Aliases } from './aliases.ts';
import { readRegistriesFile, sortedByPrefix } from './registries-file.ts';
import type { RegistryEntry } from './registry-entry.ts';
import type { JsonObject } from '../../../lib/json.ts';

/** The settings of `registries.conf` and `registries.conf.d` together. */
export interface RegistriesConf {
  /** Sorted by prefix; each prefix occurs once. */
  readonly registries: readonly RegistryEntry[];
  /** The hosts of `unqualified-search-registries`: where images without a host are looked for, in order. */
  readonly searchRegistries: readonly string[];
  readonly aliases: Aliases;
  /** Programs that are asked for credentials, in order. `containers-auth.json` stands for the auth file. */
  readonly credentialHelpers: readonly string[];
}

/** The name in `credential-helpers` that stands for the auth file. */
export const authFileHelper = 'containers-auth.json';

/** What holds if there are no files. */
export const defaultRegistriesConf: RegistriesConf = {
  registries: [],
  searchRegistries: [],
  aliases: new Map(),
  credentialHelpers: [authFileHelper],
};

/** A file after TOML was parsed. */
export interface ParsedToml {
  /** Its path, for messages. */
  readonly file: string;
  readonly toml: JsonObject;
}

/**
 * The settings, or why the library refuses all of them. CRI-O does not start with an invalid file. If it runs already, it
 * goes on with the files as they were when they were last valid.
 */
export type ReadRegistriesConf =
  | { readonly kind: 'conf'; readonly conf: RegistriesConf }
  | { readonly kind: 'invalid'; readonly file: string; readonly reason: string };

/**
 * Reads and merges a registries.conf and the drop-in files of `registries.conf.d`, which come in the order of their names.
 * A list in a drop-in file replaces the list of the files before it; registries and aliases are merged. Mirrors
 * tryUpdatingCache and updateWithConfigurationFrom of containers/image v5.35.0 pkg/sysregistriesv2.
 */
export function readRegistriesConf(main: ParsedToml | undefined, dropIns: readonly ParsedToml[]): ReadRegistriesConf {
  const registries = new Map<string, RegistryEntry>();
  const aliases = new Map<string, Aliases extends ReadonlyMap<string, infer T> ? T : never>();
  let { searchRegistries } = defaultRegistriesConf;
  let credentialHelpers: readonly string[] = [];
  for (const source of main === undefined ? dropIns : [main, ...dropIns]) {
    const file = readRegistriesFile(source.toml, source !== main);
    if (typeof file === 'string') return { kind: 'invalid', file: source.file, reason: file };
    for (const entry of file.registries) registries.set(entry.prefix, entry);
    for (const [name, target] of file.aliases) aliases.set(name, target);
    searchRegistries = file.searchRegistries ?? searchRegistries;
    credentialHelpers = file.credentialHelpers ?? credentialHelpers;
  }
  return {
    kind: 'conf',
    conf: {
      registries: sortedByPrefix([...registries.values()]),
      searchRegistries,
      aliases,
      credentialHelpers: credentialHelpers.length === 0 ? defaultRegistriesConf.credentialHelpers : credentialHelpers,
    },
  };
}
