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
  // Registries that name no better type for anything serve schema 1, and containerd takes it for that.
  'text/plain',
]);

/** `none`: no type at all; `other`: one that is no manifest's. */
export type ManifestKind = 'index' | 'image' | 'schema1' | 'none' | 'other';

/** What a runtime makes of a manifest's content type: as containerd compares it, to the letter. */
export function manifestKind(mediaType: string): ManifestKind {
  if (indexTypes.has(mediaType)) return 'index';
  if (imageTypes.has(mediaType)) return 'image';
  if (schema1Types.has(mediaType)) return 'schema1';
  return mediaType === '' ? 'none' : 'other';
}
