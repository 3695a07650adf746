import type { Descriptor, Evidence, IndexEntry, ManifestAnswer } from '../../../engine/answer.ts';
import { limits } from '../../../engine/limits.ts';
import { arrayOf, isObject, member, parseJson, textAt } from '../../../lib/json.ts';
import { hasAtMost } from '../../../lib/json-values.ts';
import { isDigest } from '../../content-digest.ts';
import { readManifest } from '../../read-manifest.ts';
import { isUsable, type ManifestFormat, mediaTypeOf } from './manifest-format.ts';

/**
 * Parses a manifest like CRI-O. Every descriptor in the answer gets `at`. Returns the same failures as `readManifest`.
 * CRI-O ignores embedded content, and the sizes of layers. Mirrors LayerInfos of containers/image v5.35.0
 * manifest/docker_schema1.go, and copyLayer of copy/single.go.
 */
export function readImage(content: Uint8Array, format: ManifestFormat, evidence: Evidence, at: string): ManifestAnswer {
  if (format === 'schema1') return readSchema1(content, evidence, at);
  const answer = readManifest(content, mediaTypeOf[format], evidence, (manifest) => isUsable(manifest, format));
  if (answer.kind === 'index') {
    return { kind: 'index', entries: answer.entries.map((entry) => instanceOf(entry, format, at)) };
  }
  if (answer.kind !== 'image') return answer;
  const { config, layers } = answer;
  return {
    kind: 'image',
    ...(config && { config: { ...withoutData(config), at } }),
    layers: layers.map(({ mediaType, digest }) => ({ mediaType, digest, at })),
  };
}

/** In a Docker list, an entry without a platform fits no node. Only an OCI index has a preference for zstd. */
function instanceOf({ zstd, ...entry }: IndexEntry, format: ManifestFormat, at: string): IndexEntry {
  const own = { ...withoutData(entry), at };
  if (format === 'list') return { platform: { os: '', architecture: '' }, ...own };
  return zstd === true ? { ...own, zstd } : own;
}

function withoutData<D extends Descriptor>({ data: _data, ...descriptor }: D): Omit<D, 'data'> {
  return descriptor;
}

/** The layers of schema 1, the lowest first. It has no config. */
function readSchema1(content: Uint8Array, evidence: Evidence, at: string): ManifestAnswer {
  const { host } = evidence;
  if (!hasAtMost(content, limits.manifestValues)) {
    return { kind: 'not-asked', reason: 'limit', limit: 'manifestValues', host };
  }
  const manifest = parseJson(content);
  if (!isObject(manifest) || !isUsable(manifest, 'schema1')) {
    return { kind: 'unsupported', reason: 'not-a-manifest', evidence };
  }
  const digests = arrayOf(member(manifest, 'fsLayers')).map((layer) => textAt(layer, 'blobSum'));
  const layers = digests.filter(isDigest).map((digest) => ({ mediaType: '', digest, at }));
  return { kind: 'image', layers: layers.toReversed() };
}
