const dockerTypes: ReadonlySet<string> = new Set([
  'application/vnd.docker.image.rootfs.diff.tar',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
  'application/vnd.docker.image.rootfs.diff.tar.zstd',
  'application/vnd.docker.image.rootfs.foreign.diff.tar',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
]);

/**
 * Returns whether containerd unpacks content of a media type as a layer of an image. Mirrors IsLayerType of containerd
 * v1.7.35 images/mediatypes.go.
 */
export function isLayerType(mediaType: string): boolean {
  return (
    mediaType.startsWith('application/vnd.oci.image.layer.') || dockerTypes.has(mediaType.split('+', 1)[0] ?? mediaType)
  );
}
