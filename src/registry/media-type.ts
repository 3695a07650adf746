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

/** What containerd sends when it resolves: the types that it can pull, and then anything, to say what it found. */
export const manifestAccept =
  'application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*';

export type ManifestKind = 'index' | 'image' | 'schema1' | 'none' | 'other';

/** What a runtime makes of a manifest's content type: as containerd compares it, to the letter. */
export function manifestKind(mediaType: string): ManifestKind {
  if (indexTypes.has(mediaType)) return 'index';
  if (imageTypes.has(mediaType)) return 'image';
  if (schema1Types.has(mediaType)) return 'schema1';
  return mediaType === '' ? 'none' : 'other';
}

/** A Content-Type without its parameters. Mirrors getManifestMediaType of containerd core/remotes/docker/resolver.go. */
export function bareMediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0] ?? '';
}

/** A media type that may be shown; undefined where it holds other characters than a type's. */
export function showable(mediaType: string): string | undefined {
  return /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,127}$/i.test(mediaType) ? mediaType : undefined;
}
