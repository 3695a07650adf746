const indexTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

const imageTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]);

const schema1Types: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  // Some registries send this type for schema 1, and containerd accepts it.
  'text/plain',
]);

/** `none`: the media type is empty. `other`: the media type is not one of a manifest. */
export type ManifestKind = 'index' | 'image' | 'schema1' | 'none' | 'other';

/** Returns the kind of a manifest by its media type. The comparison is exact, as in containerd v2.4.2. */
export function manifestKind(mediaType: string): ManifestKind {
  if (indexTypes.has(mediaType)) return 'index';
  if (imageTypes.has(mediaType)) return 'image';
  if (schema1Types.has(mediaType)) return 'schema1';
  return mediaType === '' ? 'none' : 'other';
}
