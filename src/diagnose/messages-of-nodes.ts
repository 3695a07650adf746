import type { MessagePattern } from './message-pattern.ts';

const pull = 'containerd@301026e core/unpack/unpacker.go';
const crioClient = 'cri-o@f954a17 (1.37.0) vendor go.podman.io/image/v5/docker/docker_client.go';
const crio = 'recorded with CRI-O 1.34.0';

/** The node: its disk, and its own files, which may forbid a registry. These come before the image itself. */
export const nodeMessages: readonly MessagePattern[] = [
  {
    cause: 'disk-full',
    speaker: 'go',
    pattern: /no space left on device|disk quota exceeded/,
    source: 'Go syscall ENOSPC, EDQUOT',
  },
  {
    cause: 'signature-rejected',
    speaker: 'cri-o',
    since: '1.11',
    pattern: /Source image rejected: |SignatureValidationFailed: /,
    source: 'cri-o@f954a17 (1.37.0) vendor go.podman.io/image/v5/copy/single.go',
  },
  {
    cause: 'registry-blocked',
    speaker: 'cri-o',
    since: '1.11',
    pattern: /registry [^ ]{1,300} is blocked in /,
    source: crioClient,
  },
  {
    // The files of the node, which CRI-O reads for each pull: policy.json, the auth file, and its helper programs.
    cause: 'runtime-config',
    speaker: 'cri-o',
    since: '1.11',
    pattern:
      /invalid policy in "|no policy\.json file found at |getting username and password: |missing (?:key|client certificate) [^ ]{1,200} for /,
    source: crio,
  },
  {
    cause: 'short-name',
    speaker: 'cri-o',
    since: '1.20',
    pattern: /short-name "[^"]{1,300}" did not resolve to an alias|short name mode is enforcing|returns ambiguous list/,
    source: 'cri-o@f954a17 (1.37.0) internal/storage/image.go and vendor go.podman.io/image/v5/pkg/shortnames',
  },
  {
    cause: 'unpack-failed',
    speaker: 'containerd',
    since: '1.0',
    pattern:
      /failed to extract layer |error unpacking image|failed to prepare extraction snapshot|failed to create snapshot/,
    source: pull,
  },
  {
    cause: 'unpack-failed',
    speaker: 'docker',
    since: '1.10',
    pattern: /failed to register layer: /,
    source: 'moby@b985e23 daemon/internal/distribution/xfer/download.go',
  },
  {
    cause: 'unpack-failed',
    speaker: 'cri-o',
    since: '1.11',
    pattern: /applying layer |adding layer with blob |decrypting layer sha256:[0-9a-f]{64}: /,
    source: 'cri-o@f954a17 (1.37.0) vendor go.podman.io/image/v5/storage/storage_dest.go; recorded with CRI-O 1.34.0',
  },
  {
    cause: 'runtime-config',
    speaker: 'containerd',
    since: '1.5',
    pattern:
      /unable to (?:read|load) CA cert|failed to load X509 key pair|failed to (?:load|parse) hosts|unable to load client cert/,
    source: 'recorded with 2.4.2',
  },
];
