import type { Descriptor, Evidence, IndexEntry, ManifestAnswer, Unsupported } from '../engine/answer.ts';
import { manifestKind } from '../engine/image/manifest-kind.ts';
import type { Platform } from '../engine/image/platform.ts';
import { limits } from '../engine/limits.ts';
import { isDigest } from './content-digest.ts';
import { arrayOf, isObject, type JsonObject, member, parseJson, textAt } from '../lib/json.ts';
import { hasAtMost } from '../lib/json-values.ts';
import { platformPart } from './known-platforms.ts';

/** Whether a runtime can use a manifest as one of the type that `resolve` found. */
export type FitsType = (manifest: JsonObject, isIndex: boolean) => boolean;

/**
 * Parses a manifest. `mediaType` is the type that `resolve` found: a container runtime relies on it, and not on the
 * type that the content claims. Returns `unsupported` with the reason `not-a-manifest` if the content does not fit that
 * type, and `not-asked` with the reason `limit` if it has more values, or an index more entries, than are looked at.
 */
export function readManifest(
  content: Uint8Array,
  mediaType: string,
  evidence: Evidence,
  fits: FitsType = fitsInContainerd,
): ManifestAnswer {
  const { host } = evidence;
  if (!hasAtMost(content, limits.manifestValues))
    return { kind: 'not-asked', reason: 'limit', limit: 'manifestValues', host };
  const manifest = parseJson(content);
  const unsupported = { kind: 'unsupported', reason: 'not-a-manifest', evidence } as const satisfies Unsupported;
  if (!isObject(manifest)) return unsupported;
  const isIndex = manifestKind(mediaType) === 'index';
  if (!fits(manifest, isIndex)) return unsupported;
  if (isIndex) {
    const manifests = arrayOf(member(manifest, 'manifests'));
    return manifests.length > limits.indexEntries
      ? { kind: 'not-asked', reason: 'limit', limit: 'indexEntries', host }
      : { kind: 'index', entries: entriesOf(manifests) };
  }
  const config = readDescriptor(member(manifest, 'config'));
  // A config without a digest, or with 0 bytes, cannot be fetched, so the pull fails.
  if (config === undefined || config.size === 0) return unsupported;
  return {
    kind: 'image',
    config,
    layers: arrayOf(member(manifest, 'layers')).flatMap((layer) => readDescriptor(layer) ?? []),
  };
}

/** Mirrors validateMediaType of containerd v2.4.2 core/images/image.go. */
function fitsInContainerd(manifest: JsonObject, isIndex: boolean): boolean {
  if (Object.hasOwn(manifest, 'fsLayers')) return false;
  const claimed = member(manifest, 'mediaType');
  const kind = typeof claimed === 'string' ? manifestKind(claimed) : 'none';
  return isIndex
    ? kind !== 'image' && !Object.hasOwn(manifest, 'config') && !Object.hasOwn(manifest, 'layers')
    : kind !== 'index' && !Object.hasOwn(manifest, 'manifests');
}

/**
 * Returns what an image config says: its platform, if it names one, and the number of its layers. Empty if it has more
 * values than are looked at.
 */
export function readConfig(content: Uint8Array): { readonly platform?: Platform; readonly layers?: number } {
  if (!hasAtMost(content, limits.manifestValues)) return {};
  const config = parseJson(content);
  const platform = platformOf(config);
  const diffIds = member(member(config, 'rootfs'), 'diff_ids');
  const named = platform !== undefined && (platform.os !== '' || platform.architecture !== '');
  return { ...(named && { platform }), ...(isObject(config) && { layers: arrayOf(diffIds).length }) };
}

/** OCI1InstanceAnnotationCompressionZSTD of containers/image v5.35.0 internal/manifest/oci_index.go. */
const zstdAnnotation = 'io.github.containers.compression.zstd';

function entriesOf(manifests: readonly unknown[]): readonly IndexEntry[] {
  return manifests.flatMap((entry) => {
    const descriptor = readDescriptor(entry);
    const platform = platformOf(member(entry, 'platform'));
    if (descriptor === undefined || isAttestation(platform)) return [];
    const zstd = textAt(member(entry, 'annotations'), zstdAnnotation) === 'true';
    return [{ ...descriptor, ...(platform !== undefined && { platform }), ...(zstd && { zstd }) }];
  });
}

/**
 * An attestation (such as the provenance that BuildKit adds) is an entry beside the images, which no node runs. Like a
 * node, recognize it by its platform alone.
 */
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
    ...embedded(member(value, 'data'), size),
  };
}

/** containerd ignores embedded content of another size: Fetch of v2.4.2 core/remotes/handlers.go. */
function embedded(data: unknown, size: unknown): { readonly data?: Uint8Array } {
  if (typeof data !== 'string') return {};
  const content = Buffer.from(data, 'base64');
  return content.byteLength === size ? { data: content } : {};
}

/** Undefined if there is no platform. A platform without an architecture is kept: it matches no node. */
function platformOf(value: unknown): Platform | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const os = platformPart('os', member(value, 'os')) ?? '';
  const variant = platformPart('variant', member(value, 'variant'));
  const isWindows = os.toLowerCase() === 'windows';
  const osVersion = isWindows ? platformPart('version', member(value, 'os.version')) : undefined;
  return {
    os: `${os}${requiredFeatures(value, isWindows)}`,
    architecture: platformPart('architecture', member(value, 'architecture')) ?? '',
    ...(variant !== undefined && { variant }),
    ...(osVersion !== undefined && { osVersion }),
  };
}

/**
 * The platform of a node has no OS features, so a platform that requires one matches no node; but containerd ignores
 * `win32k` on Windows. The format is that of FormatAll in containerd/platforms.
 */
function requiredFeatures(platform: object, isWindows: boolean): string {
  const features = arrayOf(member(platform, 'os.features'))
    .flatMap((feature) => platformPart('feature', feature) ?? [])
    .filter((feature) => !isWindows || feature !== 'win32k');
  return features.length === 0 ? '' : `(${features.map((feature) => `+${feature}`).join('')})`;
}
