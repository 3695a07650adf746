import { manifestKind } from '../engine/image/manifest-kind.ts';

/** What containerd sends when it resolves: the types that it can pull, and then anything, to say what it found. */
export const manifestAccept =
  'application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*';

/** A Content-Type without its parameters. Mirrors getManifestMediaType of containerd core/remotes/docker/resolver.go. */
export function bareMediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0] ?? '';
}

/** Types of what is often met in place of an image's manifest. */
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

/** A media type that may be shown; undefined where it is no known one, but somebody's text. */
export function showable(mediaType: string): string | undefined {
  const kind = manifestKind(mediaType);
  return kind === 'none' || (kind === 'other' && !otherTypes.has(mediaType)) ? undefined : mediaType;
}
