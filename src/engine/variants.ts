import type { Descriptor, Failure, Found, IndexEntry } from './answer.ts';
import { failureFinding } from './failure-finding.ts';
import type { Finding } from './finding.ts';
import type { ImageUse } from './image-use.ts';
import { namelessFits, type Asked } from './nameless.ts';
import { formatPlatform, isSamePlatform, pickPlatform, type Platform } from './platform.ts';

/** How far below the reference's own manifest an image is looked at. */
export interface Depth {
  /** Platforms of the nodes that may take the image; none: variants are not looked at. */
  readonly wanted: readonly Platform[];
  /** Whether a single manifest's config is read for its platform: one small blob more. */
  readonly readConfig: boolean;
  /** Whether config and layers are asked for by HEAD: a half-pushed image is found before the node finds it. */
  readonly deep: boolean;
}

/** An image that the registry has, and where the workload names it. */
export interface Reached extends Asked {
  readonly use: ImageUse;
}

const indexTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

const imageTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]);

/** What is wrong below a manifest that is there: no variant for the nodes, or parts that are missing. */
export async function checkVariants(reached: Reached, found: Found, depth: Depth): Promise<readonly Finding[]> {
  if (indexTypes.has(found.mediaType)) {
    return depth.wanted.length > 0 || depth.deep ? checkIndex(reached, found, depth) : [];
  }
  return depth.deep || (depth.readConfig && depth.wanted.length > 0) ? checkImage(reached, found, depth) : [];
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
  // Digests cannot go round in a circle, and the deadline ends a long chain.
  if (indexTypes.has(child.mediaType)) return checkIndex(reached, child, depth);
  const { registry, question, use, signal } = reached;
  // What is of no manifest's type is fetched among the blobs.
  if (!imageTypes.has(child.mediaType)) {
    const answer = await registry.blob(question, child, false, signal);
    return answer.kind === 'present' ? [] : [partFinding(use, 'child', child, answer)];
  }
  if (depth.deep) return checkImage(reached, child, { ...depth, readConfig: false });
  // HEAD: a GET of a manifest counts as a pull at Docker Hub.
  const reference = { ...question.reference, digest: child.digest };
  const answer = await registry.resolve({ ...question, reference }, signal);
  return answer.kind === 'found' ? [] : [partFinding(use, 'child', child, answer)];
}

async function checkImage(reached: Reached, image: Descriptor, depth: Depth): Promise<readonly Finding[]> {
  const { registry, question, use, signal } = reached;
  const answer = await registry.manifest(question, image, signal);
  if (answer.kind === 'index') return [];
  if (answer.kind !== 'image') return [partFinding(use, 'manifest', image, answer)];
  const config = checkConfig(reached, answer.config, depth);
  const layers = depth.deep ? distinct(answer.layers).map((layer) => checkLayer(reached, layer)) : [];
  return (await Promise.all([config, ...layers])).flat();
}

async function checkConfig(reached: Reached, config: Descriptor, depth: Depth): Promise<readonly Finding[]> {
  const { registry, question, use, signal } = reached;
  const answer = await registry.blob(question, config, depth.readConfig, signal);
  if (answer.kind !== 'present') return [partFinding(use, 'config', config, answer)];
  const { platform } = answer;
  if (platform === undefined || !depth.readConfig) return [];
  const unfit = depth.wanted.filter((wanted) => pickPlatform(wanted, [platform]) === undefined);
  if (unfit.length === 0) return [];
  const finding = { kind: 'wrong-platform', use, wanted: unfit, offered: platform } as const;
  return [unfit.length < depth.wanted.length ? { ...finding, mitigation: 'some-nodes' } : finding];
}

async function checkLayer(reached: Reached, layer: Descriptor): Promise<readonly Finding[]> {
  const answer = await reached.registry.blob(reached.question, layer, false, reached.signal);
  return answer.kind === 'present' ? [] : [partFinding(reached.use, 'layer', layer, answer)];
}

type Part = 'manifest' | 'child' | 'config' | 'layer';

/** A part that is refused or not there makes the image incomplete; a registry that is out says nothing of the part. */
function partFinding(use: ImageUse, part: Part, { digest }: Descriptor, answer: Failure): Finding {
  if (answer.kind === 'not-found' || answer.kind === 'refused' || answer.kind === 'incomplete') {
    const mitigated = answer.inDoubt === undefined ? {} : { mitigation: 'other-host' as const };
    return { kind: 'image-incomplete', use, part, digest, answer, ...mitigated };
  }
  return failureFinding({ use, cause: answer, attempts: [{ answer }], unused: [], nearestTags: [] });
}

function distinct(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()];
}

/** `platforms` without repetitions, in their order. */
export function distinctPlatforms(platforms: readonly Platform[]): readonly Platform[] {
  return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()];
}
