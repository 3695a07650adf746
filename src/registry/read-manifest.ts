import type { Descriptor, Evidence, IndexEntry, ManifestAnswer, Unsupported } from '../engine/answer.ts';
import { manifestKind } from '../engine/image/manifest-kind.ts';
import type { Platform } from '../engine/image/platform.ts';
import { isDigest } from './content-digest.ts';
import { arrayOf, isObject, member, parseJson } from '../lib/json.ts';

/**
 * What a manifest's bytes say. `mediaType` is the one that it was resolved with: a runtime goes by that, and not by
 * what the content claims.
 */
export function readManifest(content: Uint8Array, mediaType: string, evidence: Evidence): ManifestAnswer {
  const manifest = parseJson(content);
  const unsupported = { kind: 'unsupported', reason: 'not-a-manifest', evidence } as const satisfies Unsupported;
  if (!isObject(manifest)) return unsupported;
  const isIndex = manifestKind(mediaType) === 'index';
  if (contradicts(manifest, isIndex)) return unsupported;
  if (isIndex) return { kind: 'index', entries: entriesOf(member(manifest, 'manifests')) };
  const config = readDescriptor(member(manifest, 'config'));
  // A config of no digest or no bytes is not fetched: the pull ends there.
  if (config === undefined || config.size === 0) return unsupported;
  return {
    kind: 'image',
    config,
    layers: arrayOf(member(manifest, 'layers')).flatMap((layer) => readDescriptor(layer) ?? []),
  };
}

/** Content that claims to be of the other kind. Mirrors validateMediaType of containerd core/images/image.go. */
function contradicts(manifest: object, isIndex: boolean): boolean {
  if (Object.hasOwn(manifest, 'fsLayers')) return true;
  const claimed = member(manifest, 'mediaType');
  const kind = typeof claimed === 'string' ? manifestKind(claimed) : 'none';
  return isIndex
    ? kind === 'image' || Object.hasOwn(manifest, 'config') || Object.hasOwn(manifest, 'layers')
    : kind === 'index' || Object.hasOwn(manifest, 'manifests');
}

/** The platform that an image's config names; undefined where it names none. */
export function configPlatform(content: Uint8Array): Platform | undefined {
  const platform = platformOf(parseJson(content));
  return platform?.os === '' && platform.architecture === '' ? undefined : platform;
}

function entriesOf(manifests: unknown): readonly IndexEntry[] {
  return arrayOf(manifests).flatMap((entry) => {
    const descriptor = readDescriptor(entry);
    const platform = platformOf(member(entry, 'platform'));
    if (descriptor === undefined || isAttestation(platform)) return [];
    return [{ ...descriptor, ...(platform !== undefined && { platform }) }];
  });
}

/** BuildKit's provenance and the like, beside the images, for no node: known by its platform alone, as to a node. */
function isAttestation(platform: Platform | undefined): boolean {
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

function readDescriptor(value: unknown): Descriptor | undefined {
  const digest = member(value, 'digest');
  if (typeof digest !== 'string' || !isDigest(digest)) return undefined;
  const mediaType = member(value, 'mediaType');
  const size = member(value, 'size');
  return {
    mediaType: typeof mediaType === 'string' ? mediaType : '',
    digest,
    ...(typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 && { size }),
  };
}

/** Undefined where there is none: a platform that is there and says nothing is one that fits no node. */
function platformOf(value: unknown): Platform | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const variant = textOf(member(value, 'variant'));
  return {
    os: `${textOf(member(value, 'os')) ?? ''}${demandedFeatures(value)}`,
    architecture: textOf(member(value, 'architecture')) ?? '',
    ...(variant !== undefined && { variant }),
  };
}

/** A node's own platform has no features: what demands one fits none. Written as containerd's platforms.FormatAll does. */
function demandedFeatures(platform: object): string {
  const features = arrayOf(member(platform, 'os.features')).flatMap((feature) => textOf(feature) ?? []);
  return features.length === 0 ? '' : `(${features.map((feature) => `+${feature}`).join('')})`;
}

/** Short words only: platforms are shown. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,32}$/.test(value) ? value : undefined;
}
