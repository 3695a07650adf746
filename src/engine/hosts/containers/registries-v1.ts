import { readLocation, type RegistryEntry } from './registry-entry.ts';
import { tomlFields, type TomlFields } from './toml-fields.ts';

/** The parts of the old format of registries.conf: `[registries.search]`, `[registries.insecure]`, `[registries.block]`. */
export interface RegistriesV1 {
  readonly search?: readonly string[];
  readonly insecure?: readonly string[];
  readonly block?: readonly string[];
}

/** Reads the old format. Undefined if the file has none of its lists. */
export function readRegistriesV1(fields: TomlFields, faults: string[]): RegistriesV1 | undefined {
  const parts = tomlFields(fields.table('registries') ?? {}, faults);
  const [search, insecure, block] = (['search', 'insecure', 'block'] as const).map((part) =>
    tomlFields(parts.table(part) ?? {}, faults).texts('registries'),
  );
  if (search === undefined && insecure === undefined && block === undefined) return undefined;
  return { ...(search && { search }), ...(insecure && { insecure }), ...(block && { block }) };
}

/** Returns the registries of the old format. Mirrors ConvertToV2 of containers/image v5.35.0 pkg/sysregistriesv2. */
export function registriesOfV1(
  { insecure = [], block = [] }: RegistriesV1,
  faults: string[],
): readonly RegistryEntry[] {
  const blocked = block.map((location) => readLocation(location, faults));
  const unsafe = insecure.map((location) => readLocation(location, faults));
  return [...new Set([...blocked, ...unsafe])].map((location) => {
    if (location === '') faults.push('a registry has no location');
    return {
      prefix: location,
      location,
      insecure: unsafe.includes(location),
      blocked: blocked.includes(location),
      mirrors: [],
      mirrorByDigestOnly: false,
    };
  });
}
