import type { Descriptor, Found, IndexEntry } from './answer.ts';
import type { Finding, Mitigation } from './finding.ts';
import { checkParts, partFinding, type Depth, type ImageInRegistry, type ImageRequest } from './image-parts.ts';
import type { ImageUse } from './workload/image-use.ts';
import { manifestKind } from './image/manifest-kind.ts';
import { isOwnPlatform, pickPlatform, type Platform } from './image/platform.ts';

/**
 * Returns what is wrong with the content of an image that the registry has: no variant for the nodes, or missing parts.
 * Throws only if the signal aborts, or for a bug.
 */
export async function checkVariants(image: ImageInRegistry, found: Found, depth: Depth): Promise<readonly Finding[]> {
  if (manifestKind(found.mediaType) === 'index') {
    return depth.wanted.length > 0 || depth.deep ? checkIndex(image, found, depth) : [];
  }
  return depth.deep || (depth.readConfig && depth.wanted.length > 0) ? checkParts(image, found, depth) : [];
}

async function checkIndex(image: ImageInRegistry, index: Descriptor, depth: Depth): Promise<readonly Finding[]> {
  const answer = await image.registry.manifest(image.question, index, image.signal);
  if (answer.kind === 'image') return [];
  if (answer.kind !== 'index') return [partFinding(image.use, 'manifest', index, answer)];
  const { entries } = answer;
  const fits = await Promise.all(depth.wanted.map((platform) => fitOf(image, entries, platform)));
  const without = depth.wanted.filter((_, at) => fits[at] === 'none');
  const lesser = depth.wanted.filter((_, at) => fits[at] === 'lesser');
  const children = await Promise.all(
    entries.map(async (child) => {
      const wanted = depth.wanted.filter(
        (platform) => !without.includes(platform) && isFetched(platform, child, entries),
      );
      return wanted.length === 0 ? [] : checkChild(image, child, { ...depth, wanted });
    }),
  );
  const mayRunElsewhere = depth.tainted || without.length < depth.wanted.length;
  return [
    ...noVariant(image.use, without, entries, mayRunElsewhere ? 'some-nodes' : undefined),
    // containerd 2 fetches only the node's own platform, then looks for another one that it did not fetch, and fails.
    // Older versions fetch it, so this is never certain. See ImageFilter of containerd v2.4.2 core/transfer/image.
    ...noVariant(image.use, lesser, entries, 'runtime'),
    ...children.flat(),
  ];
}

/** `lesser`: there is only a variant of a platform that the node can run beside its own, such as 386 on amd64. */
type Fit = 'own' | 'lesser' | 'none';

/** A runtime trusts the platform that an entry names. It reads the config only if the entry names none. */
async function fitOf(image: ImageInRegistry, entries: readonly IndexEntry[], wanted: Platform): Promise<Fit> {
  const entry = bestEntry(wanted, entries);
  if (entry === undefined) return 'none';
  if (entry.platform === undefined) return (await unnamedEntryFits(image, entry, wanted)) ? 'own' : 'none';
  return isOwnPlatform(wanted, entry.platform) ? 'own' : 'lesser';
}

/**
 * Whether a node fetches an entry. It fetches the best match, and also every entry that has its own platform or names
 * none. Mirrors FilterPlatforms of containerd v2.4.2 core/images/handlers.go with the strict matcher of its CRI plugin.
 */
function isFetched(wanted: Platform, entry: IndexEntry, entries: readonly IndexEntry[]): boolean {
  if (entry.platform === undefined) return true;
  if (isOwnPlatform(wanted, entry.platform)) return true;
  return bestEntry(wanted, entries) === entry;
}

function bestEntry(wanted: Platform, entries: readonly IndexEntry[]): IndexEntry | undefined {
  const offered = entries.map(({ platform }) => platform);
  return entries[pickPlatform(wanted, offered) ?? -1];
}

/** Returns the finding about platforms for which the index has no usable variant. Empty if there are none. */
function noVariant(
  use: ImageUse,
  wanted: readonly Platform[],
  entries: readonly IndexEntry[],
  mitigation: Mitigation | undefined,
): readonly Finding[] {
  if (wanted.length === 0) return [];
  const offered = entries.flatMap((entry) => entry.platform ?? []);
  return [{ kind: 'no-matching-platform', use, wanted, offered, ...(mitigation !== undefined && { mitigation }) }];
}

async function checkChild(image: ImageInRegistry, child: IndexEntry, depth: Depth): Promise<readonly Finding[]> {
  const kind = manifestKind(child.mediaType);
  // Nested indexes cannot form a cycle, because each names the next by digest. The deadline limits a long chain.
  if (kind === 'index') return checkIndex(image, child, depth);
  const { registry, question, use, signal } = image;
  // An entry with another media type is a blob.
  if (kind !== 'image') {
    const answer = await registry.blob(question, child, false, signal);
    return answer.kind === 'present' ? [] : [partFinding(use, 'child', child, answer)];
  }
  if (depth.deep) return checkParts(image, child, { ...depth, readConfig: false });
  // `resolve` sends HEAD. Docker Hub counts a GET of a manifest as a pull.
  const reference = { ...question.reference, digest: child.digest };
  const answer = await registry.resolve({ ...question, reference }, signal);
  return answer.kind === 'found' ? [] : [partFinding(use, 'child', child, answer)];
}

/**
 * Whether the first entry without a platform is for `wanted`, according to its config. A failed read counts as true,
 * because it does not prove that the variant is missing. An entry that is a blob, as in a build cache, fits no node.
 * Mirrors Manifest of containerd v2.4.2 core/images/image.go.
 */
async function unnamedEntryFits(
  { registry, question, signal }: ImageRequest,
  entry: IndexEntry,
  wanted: Platform,
): Promise<boolean> {
  const kind = manifestKind(entry.mediaType);
  if (kind !== 'image') return kind === 'index';
  const child = await registry.manifest(question, entry, signal);
  if (child.kind !== 'image') return true;
  const config = await registry.blob(question, child.config, true, signal);
  if (config.kind !== 'present' || config.platform === undefined) return true;
  return pickPlatform(wanted, [config.platform]) !== undefined;
}
