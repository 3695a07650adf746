import type { Descriptor, Found, IndexEntry } from './answer.ts';
import type { Finding } from './finding.ts';
import { checkParts, partFinding, type Asked, type Depth, type Reached } from './image-parts.ts';
import type { ImageUse } from './workload/image-use.ts';
import { manifestKind } from './image/manifest-kind.ts';
import { isSamePlatform, pickPlatform, type Platform } from './image/platform.ts';

/** What is wrong below a manifest that is there: no variant for the nodes, or parts that are missing. */
export async function checkVariants(reached: Reached, found: Found, depth: Depth): Promise<readonly Finding[]> {
  if (manifestKind(found.mediaType) === 'index') {
    return depth.wanted.length > 0 || depth.deep ? checkIndex(reached, found, depth) : [];
  }
  return depth.deep || (depth.readConfig && depth.wanted.length > 0) ? checkParts(reached, found, depth) : [];
}

async function checkIndex(reached: Reached, index: Descriptor, depth: Depth): Promise<readonly Finding[]> {
  const answer = await reached.registry.manifest(reached.question, index, reached.signal);
  if (answer.kind === 'image') return [];
  if (answer.kind !== 'index') return [partFinding(reached.use, 'manifest', index, answer)];
  const { entries } = answer;
  const fits = await Promise.all(depth.wanted.map((platform) => hasVariant(reached, entries, platform)));
  const without = depth.wanted.filter((_, at) => fits[at] === false);
  const children = await Promise.all(
    entries.map(async (child) => {
      const wanted = depth.wanted.filter(
        (platform) => !without.includes(platform) && fetches(platform, child, entries),
      );
      return wanted.length === 0 ? [] : checkChild(reached, child, { ...depth, wanted });
    }),
  );
  return [...missingVariants(reached.use, depth.wanted, without, entries), ...children.flat()];
}

/** An entry's word for its platform is believed: a runtime reads no config to check it, unless the entry names none. */
async function hasVariant(reached: Reached, entries: readonly IndexEntry[], wanted: Platform): Promise<boolean> {
  const pick = pickPlatform(wanted, entries.map(platformOf));
  if (pick === undefined) return false;
  return entries[pick]?.platform !== undefined || namelessFits(reached, entries, wanted);
}

/**
 * Whether a node fetches an entry: all of its own platform and all that name none, not just the best. Mirrors
 * FilterPlatforms of containerd core/images/handlers.go with the strict matcher of its CRI plugin.
 */
function fetches(wanted: Platform, entry: IndexEntry, entries: readonly IndexEntry[]): boolean {
  if (entry.platform === undefined) return true;
  if (isSamePlatform(wanted, entry.platform)) return true;
  return entries[pickPlatform(wanted, entries.map(platformOf)) ?? -1] === entry;
}

function platformOf({ platform }: IndexEntry): Platform | undefined {
  return platform;
}

function missingVariants(
  use: ImageUse,
  wanted: readonly Platform[],
  without: readonly Platform[],
  entries: readonly IndexEntry[],
): readonly Finding[] {
  if (without.length === 0) return [];
  const offered = entries.flatMap((entry) => entry.platform ?? []);
  const finding = { kind: 'no-matching-platform', use, wanted: without, offered } as const;
  return [without.length < wanted.length ? { ...finding, mitigation: 'some-nodes' } : finding];
}

async function checkChild(reached: Reached, child: IndexEntry, depth: Depth): Promise<readonly Finding[]> {
  const kind = manifestKind(child.mediaType);
  // Digests cannot go round in a circle, and the deadline ends a long chain.
  if (kind === 'index') return checkIndex(reached, child, depth);
  const { registry, question, use, signal } = reached;
  // What is of no manifest's type is fetched among the blobs.
  if (kind !== 'image') {
    const answer = await registry.blob(question, child, false, signal);
    return answer.kind === 'present' ? [] : [partFinding(use, 'child', child, answer)];
  }
  if (depth.deep) return checkParts(reached, child, { ...depth, readConfig: false });
  // HEAD: a GET of a manifest counts as a pull at Docker Hub.
  const reference = { ...question.reference, digest: child.digest };
  const answer = await registry.resolve({ ...question, reference }, signal);
  return answer.kind === 'found' ? [] : [partFinding(use, 'child', child, answer)];
}

/**
 * Whether one of the entries of an index that name no platform is for `wanted`: their configs tell. What cannot be read
 * counts as a yes; that it cannot is a finding of its own. Mirrors Manifest of containerd core/images/image.go.
 */
async function namelessFits(
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
