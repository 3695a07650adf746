import type { MessagePattern } from './message-pattern.ts';

const dockerErrors = 'moby@b985e23 daemon/internal/distribution/errors.go';
const crioClient = 'cri-o@f954a17 (1.37.0) vendor go.podman.io/image/v5/docker/docker_client.go';
const crio = 'recorded with CRI-O 1.34.0';

/** The image and its content. These come before the answers of the registry. */
export const imageMessages: readonly MessagePattern[] = [
  { cause: 'other-platform', speaker: 'go', pattern: /exec format error/, source: 'Go syscall ENOEXEC' },
  {
    cause: 'other-platform',
    speaker: 'containerd',
    since: '1.4',
    pattern: /container operating system does not match the host operating system/i,
    source: 'hcsshim, on Windows',
  },
  {
    cause: 'no-platform',
    speaker: 'containerd',
    since: '1.0',
    pattern: /no match for platform in manifest/,
    source: 'recorded with 2.4.2',
  },
  {
    cause: 'no-platform',
    speaker: 'docker',
    since: '17.09',
    pattern: /no matching manifest for |does not match the specified platform/,
    source: 'moby@b985e23 daemon/internal/distribution/pull_v2.go',
  },
  {
    cause: 'no-platform',
    speaker: 'cri-o',
    since: '1.12',
    pattern: /no image found in (?:manifest list|image index) for architecture/,
    source: 'cri-o@f954a17 (1.37.0) vendor go.podman.io/image/v5/internal/manifest/oci_index.go',
  },
  {
    cause: 'old-manifest',
    speaker: 'containerd',
    since: '1.7',
    pattern: /schema 1 image manifests are no longer supported|media-type: schema 1 not supported/,
    source: 'recorded with 2.4.2',
  },
  {
    cause: 'old-manifest',
    speaker: 'docker',
    since: '20.10',
    pattern: /Docker Image Format v1|Image manifest version 2, schema 1/i,
    source: 'moby@b985e23 daemon/internal/distribution/pull_v2.go',
  },
  {
    cause: 'old-manifest',
    speaker: 'containerd',
    since: '2.0',
    pattern: /media type "[^"]{1,200}" is no longer supported/,
    source: 'containerd@301026e core/remotes/docker/resolver.go',
  },
  {
    cause: 'unsupported-manifest',
    speaker: 'containerd',
    since: '1.0',
    pattern:
      /reports content size of zero|rejecting \d{1,20} byte manifest|get image config descriptor: unexpected media type |children: invalid desc /,
    source: 'recorded with 2.4.2',
  },
  {
    cause: 'incomplete-image',
    speaker: 'containerd',
    since: '1.0',
    pattern: /failed to copy: httpReadSeeker: failed open: (?:could not fetch content descriptor|content at )/,
    source: 'recorded with 2.4.2',
  },
  {
    cause: 'incomplete-image',
    speaker: 'containerd',
    since: '1.0',
    pattern:
      /get image config descriptor: |unexpected commit digest |unexpected commit size |number of layers and diffIDs don't match|content digest sha256:[0-9a-f]{64}: not found|short read: expected |failed size validation|in header not a valid digest/,
    source: 'recorded with 2.4.2',
  },
  {
    cause: 'incomplete-image',
    speaker: 'docker',
    since: '1.10',
    pattern:
      /filesystem layer verification failed|manifest verification failed for digest|image verification failed for digest|unexpected EOF$|error pulling image configuration: /,
    source: 'moby@b985e23 daemon/internal/distribution/pull_v2.go',
  },
  {
    cause: 'incomplete-image',
    speaker: 'cri-o',
    since: '1.11',
    pattern:
      /digest mismatch, expected |reading blob sha256:[0-9a-f]{64}: (?!fetching blob: (?:received unexpected HTTP status|StatusCode): )|Digest did not match, expected /,
    source: crioClient,
  },
  {
    cause: 'incomplete-image',
    speaker: 'cri-o',
    since: '1.11',
    pattern:
      /fetching blob: (?:unknown: )?blob [^ ]{1,40}$|from manifest list: .{0,1200}reading manifest sha256:[0-9a-f]{64} in |does not match (?:expected|config's DiffID) |Manifest does not match provided manifest digest |but a layer with index \d/,
    source: crio,
  },
  {
    cause: 'not-a-registry',
    speaker: 'cri-o',
    since: '1.11',
    pattern: /parse manifest from blob: invalid character '<'/,
    source: crio,
  },
  {
    cause: 'unsupported-manifest',
    speaker: 'cri-o',
    since: '1.11',
    pattern:
      /parse manifest from blob: |ambiguous manifest, unexpected fields |exceeded maximum allowed size of \d{1,20} bytes|received a manifest list instead of a manifest|unsupported image-specific operation on artifact|mixed OCI image with |unsupported schema version /,
    source: crio,
  },
  {
    cause: 'invalid-name',
    speaker: 'docker',
    since: '1.10',
    pattern:
      /invalid reference format|failed to parse image reference|repository name \([^)]{1,300}\) must be lowercase/,
    source: 'distribution reference v0.6.0 reference.go',
  },
  {
    cause: 'not-found',
    speaker: 'docker',
    since: '17.07',
    pattern: /manifest for [^ ]{1,400} not found|Error: image [^ ]{1,400} not found/,
    source: dockerErrors,
  },
];
