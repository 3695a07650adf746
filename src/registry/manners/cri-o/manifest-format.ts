import { equalFold } from '../../../lib/equal-fold.ts';
import { arrayOf, isObject, type JsonObject, member, parseJson, textAt } from '../../../lib/json.ts';

/** A format in which containers/image reads a manifest. */
export type ManifestFormat = 'index' | 'list' | 'image' | 'docker-image' | 'schema1';

const configType = {
  image: 'application/vnd.oci.image.config.v1+json',
  'docker-image': 'application/vnd.docker.container.image.v1+json',
} as const;

/** The media type of each format. */
export const mediaTypeOf = {
  index: 'application/vnd.oci.image.index.v1+json',
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  image: 'application/vnd.oci.image.manifest.v1+json',
  'docker-image': 'application/vnd.docker.distribution.manifest.v2+json',
  schema1: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const satisfies Record<ManifestFormat, string>;

/** The largest manifest that CRI-O reads, in bytes: MaxManifestBodySize of containers/image v5.35.0 internal/iolimits. */
export const maxManifestBytes = 4 * 1024 * 1024;

/** The Accept header of CRI-O: DefaultRequestedManifestMIMETypes of containers/image v5.35.0 manifest/manifest.go. */
export const manifestAccept = [
  mediaTypeOf.image,
  mediaTypeOf['docker-image'],
  mediaTypeOf.schema1,
  'application/vnd.docker.distribution.manifest.v1+json',
  mediaTypeOf.list,
  mediaTypeOf.index,
].join(', ');

/**
 * Returns the format that a Content-Type names. Any type that is not of a manifest counts as schema 1. Mirrors
 * simplifyContentType and NormalizedMIMEType of containers/image v5.35.0.
 */
export function formatOf(contentType: string | undefined): ManifestFormat {
  const type = simplified(contentType ?? '');
  return formats.find((format) => mediaTypeOf[format] === type) ?? 'schema1';
}

const formats = ['index', 'list', 'image', 'docker-image'] as const;

const token = String.raw`[\w!#$%&'*+.^\`|~-]+`;
const mediaType = new RegExp(String.raw`^\s*(${token}/${token})\s*((?:;\s*${token}=(?:${token}|"[^"]*")\s*)*);?\s*$`);

/** Undefined if a parameter is malformed. Mirrors ParseMediaType of Go 1.26 mime. */
function simplified(contentType: string): string | undefined {
  return mediaType.exec(contentType)?.[1]?.toLowerCase();
}

/** The members that only another format has. */
const foreign = {
  index: ['config', 'fsLayers', 'history', 'layers'],
  list: ['config', 'fsLayers', 'history', 'layers'],
  image: ['fsLayers', 'history', 'manifests'],
  'docker-image': ['fsLayers', 'history', 'manifests'],
  schema1: ['config', 'layers', 'manifests'],
} as const satisfies Record<ManifestFormat, readonly string[]>;

/**
 * Returns whether CRI-O can use content of a format. Mirrors ValidateUnambiguousManifestFormat and the readers of each
 * format of containers/image v5.35.0, and PullManifest of CRI-O v1.34.0 internal/ociartifact, which takes an image with
 * a config of another type for an artifact.
 */
export function isUsable(manifest: JsonObject, format: ManifestFormat): boolean {
  const present = Object.keys(manifest).filter((name) => manifest[name] !== null);
  const isAmbiguous = foreign[format].some((name) => present.some((each) => equalFold(each, name)));
  return !isAmbiguous && readable[format](manifest);
}

const readable: Readonly<Record<ManifestFormat, (manifest: JsonObject) => boolean>> = {
  index: (manifest) => isList(member(manifest, 'manifests')),
  list: (manifest) => isList(member(manifest, 'manifests')),
  image: (manifest) =>
    isList(member(manifest, 'layers')) && (isArtifact(manifest) || configTypeOf(manifest) === configType.image),
  'docker-image': (manifest) => {
    const layers = member(manifest, 'layers');
    const types = [textAt(manifest, 'mediaType'), ...arrayOf(layers).map((layer) => textAt(layer, 'mediaType'))];
    return isList(layers) && types.every((type) => dockerTypes.has(type));
  },
  schema1: (manifest) => {
    const history = arrayOf(member(manifest, 'history'));
    const isComplete = history.length > 0 && history.length === arrayOf(member(manifest, 'fsLayers')).length;
    const isReadable = history.every((entry) => isObject(parseJson(textAt(entry, 'v1Compatibility'))));
    return member(manifest, 'schemaVersion') === 1 && isComplete && isReadable;
  },
};

function isList(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.every(isObject));
}

/** CRI-O keeps an artifact as it is: it looks into neither its config nor its layers. */
function isArtifact(manifest: JsonObject): boolean {
  const type = configTypeOf(manifest);
  const isImageConfig = type === '' || type === configType.image || type === configType['docker-image'];
  return !isImageConfig || textAt(manifest, 'artifactType') !== '';
}

function configTypeOf(manifest: JsonObject): string {
  return textAt(member(manifest, 'config'), 'mediaType');
}

/** SupportedSchema2MediaType of containers/image v5.35.0 manifest/manifest.go. */
const dockerTypes: ReadonlySet<string> = new Set([
  mediaTypeOf.list,
  'application/vnd.docker.distribution.manifest.v1+json',
  mediaTypeOf.schema1,
  mediaTypeOf['docker-image'],
  configType['docker-image'],
  'application/vnd.docker.image.rootfs.foreign.diff.tar',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
  'application/vnd.docker.image.rootfs.diff.tar',
]);
