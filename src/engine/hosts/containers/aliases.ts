import { quoted } from './quoted.ts';
import { isExplicitHost, parseName, parseNormalizedName } from './reference.ts';
import type { ImageReference } from '../../image/image-reference.ts';

/** Short name → the name that it stands for. Undefined: an alias of an earlier file does not hold. */
export type Aliases = ReadonlyMap<string, ImageReference | undefined>;

/**
 * Reads the `[aliases]` of a registries.conf, and adds what is wrong to `faults`. Mirrors newShortNameAliasCache of
 * containers/image v5.35.0 pkg/sysregistriesv2/shortnames.go.
 */
export function readAliases(written: ReadonlyMap<string, string>, faults: string[]): Aliases {
  const aliases = new Map<string, ImageReference | undefined>();
  for (const [name, value] of written) {
    const target = readTarget(value);
    if (!isShortName(name)) faults.push(`the alias ${quoted(name)} must be a name without host, tag and digest`);
    if (target === undefined && value !== '') faults.push(`the alias ${quoted(name)} must stand for HOST/REPOSITORY`);
    aliases.set(name, target);
  }
  return aliases;
}

function isShortName(text: string): boolean {
  const name = parseName(text);
  return name !== undefined && isBare(name) && !isExplicitHost(name.registry);
}

function readTarget(text: string): ImageReference | undefined {
  const name = parseName(text);
  const isComplete = name !== undefined && isBare(name) && isExplicitHost(name.registry);
  return isComplete ? parseNormalizedName(text) : undefined;
}

function isBare({ tag, digest }: ImageReference): boolean {
  return tag === undefined && digest === undefined;
}
