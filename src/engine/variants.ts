import type { Descriptor, Found, IndexEntry } from './answer.ts';
import type { Finding, Mitigation } from './finding.ts';
import { checkParts, partFinding, type Depth, type ImageInRegistry, type ImageRequest } from './image-parts.ts';
import type { ImageUse } from './workload/image-use.ts';
import { pickInstance } from './image/instance.ts';
import { manifestKind } from './image/manifest-kind.ts';
import {
  distinctPlatforms,
  isOwnPlatform,
  pickKey,
  pickPlatform,
  platformKey,
  type Platform,
  type PlatformKey,
  withoutFeatures,
} from './image/platform.ts';
import { pullsWithoutTransfer } from './nodes/runtime-kind.ts';
import { limitFinding } from './limit-finding.ts';
import { limits } from './limits.ts';

/**
 * Returns what is wrong with the content of an image that the registry has: no variant for the nodes, or missing parts.
 * Throws only if the signal aborts, or for a bug.
 */
export async function checkVariants(image: ImageInRegistry, found: Found, depth: Depth): Promise<readonly Finding[]> {
  if (manifestKind(found.mediaType) !== 'index') {
    return depth.deep || (depth.readConfig && depth.wanted.length > 0) ? checkParts(image, found, depth) : [];
  }
  if (depth.wanted.length === 0 && !depth.deep) return [];
  const variants = countdown(limits.variants);
  const findings = await checkIndex(image, found, depth, variants);
  const beyond = variants.exceeded() ? [limitFinding('variants', image.use, image.question.reference.registry)] : [];
  return [...findings, ...beyond];
}

/** Counts down from a limit. `take` returns false when nothing is left. */
interface Countdown {
  take(): boolean;
  /** Whether `take` has returned false. */
  exceeded(): boolean;
}

function countdown(from: number): Countdown {
  let left = from;
  return { take: () => (left -= 1) >= 0, exceeded: () => left < 0 };
}

async function checkIndex(
  image: ImageInRegistry,
  index: Descriptor,
  depth: Depth,
  variants: Countdown,
): Promise<readonly Finding[]> {
  const answer = await image.registry.manifest(image.question, index, image.signal);
  if (answer.kind === 'image') return [];
  if (answer.kind !== 'index') return [partFinding(image.use, 'manifest', index, answer)];
  const { entries } = answer;
  const { runtime } = image.question;
  const legacy = pullsWithoutTransfer(runtime);
  const keys = entries.map(({ platform }) => platform && platformKey(legacy ? withoutFeatures(platform) : platform));
  const choices = await Promise.all(depth.wanted.map((platform) => choose(image, entries, keys, platform)));
  const fitting = choices.filter(({ fit }) => fit !== 'none');
  const without = choices.flatMap(({ platform, fit }) => (fit === 'none' ? platform : []));
  const lesser = choices.flatMap(({ platform, fit }) => (fit === 'lesser' ? platform : []));
  const children = entries.flatMap((child, at) => {
    const isFetched = runtime === 'cri-o' ? isChosen : isFetchedToo;
    const wanted = fitting.filter((choice) => isFetched(choice, keys[at], at)).map(({ platform }) => platform);
    if (wanted.length === 0 || !variants.take()) return [];
    return [checkChild(image, child, { ...depth, wanted }, variants)];
  });
  // The transfer service of containerd 2 fetches only the node's own platform, then looks for another one, and fails. It can
  // be turned off, so this is never certain. See ImageFilter of containerd v2.4.2 core/transfer/image.
  const mayRunElsewhere = depth.tainted || without.length < depth.wanted.length;
  return [
    ...noVariant(image.use, without, entries, mayRunElsewhere ? 'some-nodes' : undefined),
    ...(legacy ? [] : noVariant(image.use, lesser, entries, 'runtime')),
    ...withoutRepeats((await Promise.all(children)).flat()),
  ];
}

/** The entry of an index that a node with a platform uses. */
interface Choice {
  readonly platform: Platform;
  readonly key: PlatformKey;
  /** Position of the best entry. Undefined if none matches. */
  readonly best: number | undefined;
  /** `lesser`: there is only a variant of a platform that the node can run beside its own, such as 386 on amd64. */
  readonly fit: 'own' | 'lesser' | 'none';
}

async function choose(
  image: ImageInRegistry,
  entries: readonly IndexEntry[],
  keys: readonly (PlatformKey | undefined)[],
  platform: Platform,
): Promise<Choice> {
  const key = platformKey(platform);
  if (image.question.runtime === 'cri-o') {
    const best = pickInstance(platform, entries);
    return { platform, key, best, fit: best === undefined ? 'none' : 'own' };
  }
  const best = pickKey(platform, keys);
  const entry = entries[best ?? -1];
  if (entry === undefined) return { platform, key, best, fit: 'none' };
  // A runtime trusts the platform that an entry names. It reads the config only if the entry names none.
  const named = keys[best ?? -1];
  if (named !== undefined) return { platform, key, best, fit: isOwnPlatform(key, named) ? 'own' : 'lesser' };
  return { platform, key, best, fit: (await unnamedEntryFits(image, entry, platform)) ? 'own' : 'none' };
}

/**
 * Whether a node fetches an entry. It fetches the best match, and also every entry that has its own platform or names
 * none. Mirrors FilterPlatforms of containerd v2.4.2 core/images/handlers.go with the strict matcher of its CRI plugin.
 */
function isFetchedToo({ key, best }: Choice, entryKey: PlatformKey | undefined, at: number): boolean {
  return entryKey === undefined || isOwnPlatform(key, entryKey) || best === at;
}

/** CRI-O fetches one entry only. */
function isChosen({ best }: Choice, _key: PlatformKey | undefined, at: number): boolean {
  return best === at;
}

/** Every part beyond a limit has the same finding. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  const first = findings.findIndex(isLimit);
  return findings.filter((finding, at) => at === first || !isLimit(finding));
}

function isLimit(finding: Finding): boolean {
  return finding.kind === 'not-checked' && finding.answer.reason === 'limit';
}

/** More platforms than a message can show. */
const maxOffered = 32;

/** Returns the finding about platforms for which the index has no usable variant. Empty if there are none. */
function noVariant(
  use: ImageUse,
  wanted: readonly Platform[],
  entries: readonly IndexEntry[],
  mitigation: Mitigation | undefined,
): readonly Finding[] {
  if (wanted.length === 0) return [];
  const offered = distinctPlatforms(entries.flatMap((entry) => entry.platform ?? [])).slice(0, maxOffered);
  return [{ kind: 'no-matching-platform', use, wanted, offered, ...(mitigation !== undefined && { mitigation }) }];
}

async function checkChild(
  image: ImageInRegistry,
  child: IndexEntry,
  depth: Depth,
  variants: Countdown,
): Promise<readonly Finding[]> {
  if (image.question.runtime === 'cri-o') return checkInstance(image, child, depth);
  const kind = manifestKind(child.mediaType);
  // Nested indexes cannot form a cycle, because each names the next by digest. The deadline limits a long chain.
  if (kind === 'index') return checkIndex(image, child, depth, variants);
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

/** CRI-O relies on the media type of the answer, and not on that of the entry. It takes no index from an index. */
async function checkInstance(image: ImageInRegistry, child: IndexEntry, depth: Depth): Promise<readonly Finding[]> {
  const { registry, question, use, signal } = image;
  const reference = { ...question.reference, digest: child.digest };
  const from = child.at === undefined ? {} : { at: child.at };
  const answer = await registry.resolve({ ...question, ...from, reference }, signal);
  if (answer.kind !== 'found') return [partFinding(use, 'child', child, answer)];
  if (manifestKind(answer.mediaType) === 'index') {
    const evidence = { host: question.reference.registry, asked: 'manifest', method: 'GET' } as const;
    const nested = { kind: 'unsupported', reason: 'not-a-manifest', evidence } as const;
    return [partFinding(use, 'child', child, nested)];
  }
  return depth.deep ? checkParts(image, answer, { ...depth, readConfig: false }) : [];
}

/**
 * Whether the first entry without a platform is for `wanted`, according to its config. A failed read counts as true,
 * because it does not prove that the variant is missing. An entry that is a blob, as in a build cache, fits no node.
 * Mirrors Manifest of containerd v2.4.2 core/images/image.go.
 */
async function unnamedEntryFits(image: ImageRequest, entry: IndexEntry, wanted: Platform): Promise<boolean> {
  const kind = manifestKind(entry.mediaType);
  if (kind !== 'image') return kind === 'index';
  const child = await image.registry.manifest(image.question, entry, image.signal);
  if (child.kind !== 'image' || child.config === undefined) return true;
  const config = await image.registry.blob(image.question, child.config, true, image.signal);
  if (config.kind !== 'present' || config.platform === undefined) return true;
  return pickPlatform(wanted, [config.platform]) !== undefined;
}
