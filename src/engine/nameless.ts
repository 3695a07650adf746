import type { IndexEntry } from './answer.ts';
import { pickPlatform, type Platform } from './image/platform.ts';
import type { Question, Registry } from './ports.ts';

/** An image that a registry has, and how it is asked for. */
export interface Asked {
  readonly registry: Registry;
  readonly question: Question;
  readonly signal: AbortSignal;
}

/**
 * Whether one of the entries of an index that name no platform is for `wanted`: their configs tell. What cannot be read
 * counts as a yes; that it cannot is a finding of its own. Mirrors Manifest of containerd core/images/image.go.
 */
export async function namelessFits(
  { registry, question, signal }: Asked,
  entries: readonly IndexEntry[],
  wanted: Platform,
): Promise<boolean> {
  for (const entry of entries.filter(({ platform }) => platform === undefined)) {
    const child = await registry.manifest(question, entry, signal);
    if (child.kind !== 'image') return true;
    const config = await registry.blob(question, child.config, true, signal);
    if (config.kind !== 'present' || config.platform === undefined) return true;
    if (pickPlatform(wanted, [config.platform]) !== undefined) return true;
  }
  return false;
}
