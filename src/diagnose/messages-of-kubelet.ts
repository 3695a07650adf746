import type { MessagePattern } from './message-pattern.ts';

const imageManager = 'kubernetes v1.36.3 pkg/kubelet/images/image_manager.go';
const keyring = 'kubernetes v1.36.3 pkg/credentialprovider/config.go';

/** What the kubelet itself says, before or instead of the container runtime. */
export const kubeletMessages: readonly MessagePattern[] = [
  {
    cause: 'sandbox-image',
    speaker: 'containerd',
    since: '1.0',
    pattern: /failed to get sandbox image "/,
    source: 'containerd@301026e internal/cri/server/podsandbox/sandbox_run.go',
  },
  {
    cause: 'sandbox-image',
    speaker: 'docker',
    since: '1.11',
    pattern: /failed pulling image "[^"]{1,300}": /,
    source: 'cri-dockerd@246bd65 core/sandbox_helpers.go',
  },
  {
    cause: 'sandbox-image',
    speaker: 'cri-o',
    since: '1.18',
    pattern: /creating pod sandbox with name [^:]{1,300}: (?:initializing source docker:|unable to pull image)/,
    source: 'cri-o@f954a17 (1.37.0) server/sandbox_run_linux.go',
  },
  {
    cause: 'never-present',
    speaker: 'kubelet',
    since: '1.2',
    pattern: /is not present with pull policy of Never/,
    source: imageManager,
  },
  {
    cause: 'invalid-name',
    speaker: 'kubelet',
    since: '1.2',
    pattern: /[Cc]ouldn't parse image (?:name|reference) "/,
    source: `${imageManager}; "reference" before 1.28`,
  },
  {
    cause: 'pull-qps',
    speaker: 'kubelet',
    since: '1.6',
    pattern: /pull QPS exceeded/,
    source: 'kubernetes v1.36.3 pkg/kubelet/images/helpers.go',
  },
  {
    cause: 'secret-malformed',
    speaker: 'kubelet',
    since: '1.2',
    pattern: /^illegal base64 data at input byte \d/,
    source: keyring,
  },
  {
    cause: 'secret-malformed',
    speaker: 'kubelet',
    since: '1.2',
    pattern: /unable to parse auth field, must be formatted as base64\(username:password\)/,
    source: keyring,
  },
  {
    cause: 'secret-malformed',
    speaker: 'kubelet',
    since: '1.11',
    pattern: /^(?:json: cannot unmarshal |invalid character |unexpected end of JSON input)/,
    source: keyring,
  },
  {
    cause: 'credential-not-utf8',
    speaker: 'kubelet',
    since: '1.20',
    pattern: /string field contains invalid UTF-8/,
    source: 'recorded with v1.36.3; the text is that of google.golang.org/protobuf',
  },
  {
    // `reject` in policy.json. The kubelet calls it a failed signature.
    cause: 'registry-blocked',
    speaker: 'cri-o',
    since: '1.11',
    pattern: /Source image rejected: Running image [^ ]{1,1024} is rejected by policy/,
    source: 'recorded with CRI-O 1.34.0',
  },
  {
    cause: 'signature-rejected',
    speaker: 'kubelet',
    since: '1.28',
    pattern: /because the signature validation failed/,
    source: imageManager,
  },
];
