import { manifestKind } from '../engine/image/manifest-kind.ts';

/** The Accept header that containerd sends to resolve an image: the types that it can pull, and then any type. */
export const manifestAccept =
  'application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*';

/**
 * Returns a Content-Type without its parameters; an empty string if the header is missing. Mirrors getManifestMediaType
 * of containerd v2.4.2 core/remotes/docker/resolver.go.
 */
export function bareMediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0] ?? '';
}

/** Media types that registries often return instead of an image manifest. */
const otherTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/octet-stream',
  'application/vnd.cncf.oras.artifact.manifest.v1+json',
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.oci.image.config.v1+json',
  'application/xhtml+xml',
  'application/xml',
  'binary/octet-stream',
  'text/html',
  'text/xml',
]);

/** Returns the media type if it may be shown to users. Undefined if it is not a known one, and so could be any text. */
export function showable(mediaType: string): string | undefined {
  const kind = manifestKind(mediaType);
  return kind === 'none' || (kind === 'other' && !otherTypes.has(mediaType)) ? undefined : mediaType;
}
