import type { PullCause, Speaker } from '../../src/diagnose/pull-cause.ts';

/** A message of a kubelet, and the cause that it means. */
export interface RecordedMessage {
  readonly cause: PullCause;
  /** `state.waiting.reason` of the container. */
  readonly reason: string;
  /** `state.waiting.message`. Before kubelet 1.32 the error stands only in the Event; such a message is that of the Event. */
  readonly message: string;
  readonly runtime: Speaker;
  /** Where it was recorded, or the source that has the text. */
  readonly source: string;
}

const image = 'registry.example.com/team/app:v1';
const manifest = 'https://registry.example.com/v2/team/app/manifests/v1';
const node = 'recorded: kubelet v1.36.3, containerd 2.4.2';
const oldNode = 'recorded: kubelet v1.33.13, containerd 1.7.35';
const backOff = `Back-off pulling image "${image}": ErrImagePull: `;
const pull = `failed to pull and unpack image "${image}": `;
const pull2 = `${backOff}${pull}failed to resolve image: `;
/** As containerd 1.x says it. */
const pull1 = `${backOff}rpc error: code = Unknown desc = ${pull}failed to resolve reference "${image}": `;
const daemon = `Failed to pull image "${image}": rpc error: code = Unknown desc = Error response from daemon: `;
const crio = `${backOff}unable to pull image or OCI artifact: pull image err: initializing source docker://${image}: `;
const oldCrio = `Failed to pull image "${image}": rpc error: code = Unknown desc = `;
/** CRI-O 1.34 asks first whether the image is an artifact: most failures are those of that question. */
const crio134 = `${backOff}unable to try pulling possible OCI artifact: `;
const crioNode = 'recorded: kubelet v1.36.3, CRI-O 1.34.0';
const crioSource = 'cri-o@f954a17 (1.37.0) with go.podman.io/image/v5';

function said(
  cause: PullCause,
  runtime: Speaker,
  message: string,
  source: string,
  reason = 'ImagePullBackOff',
): RecordedMessage {
  return { cause, runtime, message, source, reason };
}

/** At least one message for each cause, and for each runtime where its words differ. */
export const recordedMessages: readonly RecordedMessage[] = [
  said(
    'invalid-name',
    'kubelet',
    `Failed to apply default image tag "registry.example.com/Team/App:v1": couldn't parse image name "registry.example.com/Team/App:v1": invalid reference format: repository name (Team/App) must be lowercase`,
    node,
    'InvalidImageName',
  ),
  said(
    'invalid-name',
    'kubelet',
    `Failed to apply default image tag "nginx:$TAG": couldn't parse image reference "nginx:$TAG": invalid reference format`,
    'kubernetes v1.24 pkg/kubelet/images/image_manager.go',
    'InvalidImageName',
  ),
  said(
    'short-name',
    'cri-o',
    `Failed to inspect image "nginx:1": rpc error: code = Unknown desc = short name mode is enforcing, but image name nginx:1 returns ambiguous list`,
    `${crioSource} internal/storage/image.go`,
    'ImageInspectError',
  ),
  said(
    'short-name',
    'cri-o',
    `Back-off pulling image "nginx:1": ErrImagePull: rpc error: code = Unknown desc = short-name "nginx:1" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"`,
    `${crioSource} pkg/shortnames`,
  ),
  said(
    'not-found',
    'containerd',
    `${backOff}rpc error: code = NotFound desc = ${pull}failed to resolve image: ${image}: not found`,
    node,
  ),
  said(
    'not-found',
    'containerd',
    `${backOff}rpc error: code = NotFound desc = ${pull}failed to resolve reference "${image}": ${image}: not found`,
    oldNode,
  ),
  said(
    'not-found',
    'docker',
    `${daemon}manifest for ${image} not found: manifest unknown: manifest unknown`,
    'https://github.com/lachie83/k8s-kubectl/issues/157',
    'ErrImagePull',
  ),
  said(
    'not-found',
    'docker',
    `${daemon}repository registry.example.com/team/app not found: name unknown: repository name not known to registry`,
    'moby@b985e23 daemon/internal/distribution/errors.go',
    'ErrImagePull',
  ),
  said(
    'not-found',
    'cri-o',
    `${crio}reading manifest v1 in registry.example.com/team/app: manifest unknown; artifact err: get manifest: reading manifest v1 in registry.example.com/team/app: manifest unknown`,
    `${crioSource} docker/docker_client.go`,
  ),
  said(
    'not-found',
    'cri-o',
    `${oldCrio}Error reading manifest v1 in registry.example.com/team/app: manifest unknown: manifest unknown`,
    'https://github.com/cri-o/cri-o/issues/4388',
    'ErrImagePull',
  ),
  said(
    'access-hidden',
    'containerd',
    `${pull2}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    node,
  ),
  said(
    'access-hidden',
    'containerd',
    `${pull1}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    oldNode,
  ),
  said(
    'access-hidden',
    'docker',
    `${daemon}pull access denied for team/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
    'moby@b985e23 daemon/internal/distribution/errors.go',
    'ErrImagePull',
  ),
  said(
    'access-hidden',
    'cri-o',
    `${crio}reading manifest v1 in docker.io/team/app: requested access to the resource is denied`,
    `${crioSource} docker/errors.go`,
  ),
  said(
    'unauthorized',
    'containerd',
    `${pull2}unexpected status from HEAD request to ${manifest}: 401 Unauthorized`,
    node,
  ),
  said(
    'unauthorized',
    'containerd',
    `${pull2}failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.example.com/token?scope=repository%3Ateam%2Fapp%3Apull&service=x: 401 Unauthorized`,
    node,
  ),
  said(
    'unauthorized',
    'docker',
    `${daemon}Get "${manifest}": unauthorized: authentication required`,
    'distribution registry/client/errors.go',
    'ErrImagePull',
  ),
  said(
    'unauthorized',
    'docker',
    `${daemon}Head "${manifest}": no basic auth credentials`,
    'moby@b985e23 registry/auth.go',
    'ErrImagePull',
  ),
  said(
    'unauthorized',
    'cri-o',
    `${crio}unable to retrieve auth token: invalid username/password: unauthorized: incorrect username or password`,
    `${crioSource} docker/errors.go`,
  ),
  said(
    'unauthorized',
    'cri-o',
    `${crio}reading manifest v1 in registry.example.com/team/app: authentication required`,
    `${crioSource} docker/errors.go`,
  ),
  said(
    'forbidden',
    'containerd',
    `${pull2}unexpected status from HEAD request to ${manifest}: 403 Forbidden\ndenied: Your authorization token has expired. Reauthenticate and try again.`,
    node,
  ),
  said(
    'forbidden',
    'docker',
    `${daemon}error parsing HTTP 403 response body: invalid character '<' looking for beginning of value: "<html>"`,
    'distribution registry/client/errors.go',
    'ErrImagePull',
  ),
  said(
    'forbidden',
    'cri-o',
    `${crio}reading manifest v1 in registry.example.com/team/app: StatusCode: 403, "<html>..."`,
    `${crioSource} docker/errors.go`,
  ),
  said(
    'secret-malformed',
    'kubelet',
    'illegal base64 data at input byte 0',
    node,
    'illegal base64 data at input byte 0',
  ),
  said(
    'secret-malformed',
    'kubelet',
    'unable to parse auth field, must be formatted as base64(username:password)',
    node,
    'unable to parse auth field, must be formatted as base64(username:password)',
  ),
  said(
    'secret-malformed',
    'kubelet',
    'json: cannot unmarshal array into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig',
    node,
    'json: cannot unmarshal array into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig',
  ),
  said(
    'credential-not-utf8',
    'kubelet',
    `${backOff}rpc error: code = Internal desc = grpc: error while marshaling: string field contains invalid UTF-8`,
    node,
  ),
  said(
    'login-failed',
    'containerd',
    `${pull2}failed to authorize: failed to fetch anonymous token: unable to decode token response: invalid character '<' looking for beginning of value`,
    node,
  ),
  said(
    'login-failed',
    'containerd',
    `${pull2}failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://auth.example.com/token: 415 Unsupported Media Type`,
    node,
  ),
  said(
    'rate-limited',
    'containerd',
    `${pull2}unexpected status from HEAD request to https://registry-1.docker.io/v2/team/app/manifests/v1: 429 Too Many Requests`,
    node,
  ),
  said(
    'rate-limited',
    'docker',
    `${daemon}toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit`,
    'distribution registry/api/errcode/register.go',
    'ErrImagePull',
  ),
  said(
    'rate-limited',
    'cri-o',
    `${crio}reading manifest v1 in docker.io/team/app: toomanyrequests: You have reached your unauthenticated pull rate limit.`,
    `${crioSource} docker/errors.go`,
  ),
  said(
    'unknown-host',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": dial tcp: lookup registry.example.com on 10.0.0.2:53: no such host`,
    node,
  ),
  said(
    'unknown-host',
    'docker',
    `${daemon}Get "https://registry.example.com/v2/": dial tcp: lookup registry.example.com: no such host`,
    'Go net',
    'ErrImagePull',
  ),
  said(
    'unknown-host',
    'cri-o',
    `${crio}pinging container registry registry.example.com: Get "https://registry.example.com/v2/": dial tcp: lookup registry.example.com on 10.0.0.2:53: no such host`,
    `${crioSource} docker/docker_client.go`,
  ),
  said(
    'dns-failed',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": dial tcp: lookup registry.example.com on 10.0.0.2:53: server misbehaving`,
    'Go net',
  ),
  said(
    'dns-failed',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": dial tcp: lookup registry.example.com on 10.0.0.2:53: read udp 10.0.0.9:41234->10.0.0.2:53: i/o timeout`,
    'Go net',
  ),
  said(
    'connection-refused',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": dial tcp 192.0.2.7:443: connect: connection refused`,
    node,
  ),
  said(
    'connection-refused',
    'cri-o',
    `Back-off pulling image "${image}": RegistryUnavailable: image pull failed for ${image} because the registry is unavailable: pinging container registry registry.example.com: Get "https://registry.example.com/v2/": dial tcp 192.0.2.7:443: connect: connection refused`,
    `${crioSource} server/image_pull.go`,
  ),
  said(
    'connection-reset',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": read tcp 10.0.0.9:41234->192.0.2.7:443: read: connection reset by peer`,
    node,
  ),
  said(
    'no-route',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": dial tcp 192.0.2.7:443: connect: no route to host`,
    'Go syscall',
  ),
  said(
    'timeout',
    'containerd',
    `${backOff}rpc error: code = DeadlineExceeded desc = ${pull}failed to resolve image: failed to do request: Head "${manifest}": net/http: timeout awaiting response headers`,
    node,
  ),
  said(
    'timeout',
    'containerd',
    `${pull1}failed to do request: Head "${manifest}": dial tcp 192.0.2.7:443: i/o timeout`,
    'Go net',
  ),
  said(
    'timeout',
    'docker',
    `${daemon}Get "https://registry.example.com/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`,
    'Go net/http',
    'ErrImagePull',
  ),
  said(
    'timeout',
    'docker',
    `Failed to pull image "${image}": rpc error: code = Unknown desc = context deadline exceeded`,
    'Go context',
    'ErrImagePull',
  ),
  said(
    'proxy',
    'containerd',
    `${pull2}unexpected status from HEAD request to ${manifest}: 407 Proxy Authentication Required`,
    node,
  ),
  said(
    'proxy',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": proxyconnect tcp: dial tcp 10.0.0.3:3128: connect: connection refused`,
    'Go net/http',
  ),
  said(
    'untrusted-certificate',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    node,
  ),
  said(
    'untrusted-certificate',
    'docker',
    `${daemon}Get "https://registry.example.com/v2/": x509: certificate signed by unknown authority`,
    'Go crypto/x509',
    'ErrImagePull',
  ),
  said(
    'expired-certificate',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-01T10:00:00Z is after 2026-02-28T00:00:00Z`,
    node,
  ),
  said(
    'wrong-certificate-host',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": tls: failed to verify certificate: x509: certificate is valid for other.example.com, not registry.example.com`,
    'Go crypto/x509',
  ),
  said(
    'wrong-certificate-host',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": tls: failed to verify certificate: x509: cannot validate certificate for 192.0.2.7 because it doesn't contain any IP SANs`,
    node,
  ),
  said(
    'tls-failed',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": remote error: tls: handshake failure`,
    'Go crypto/tls',
  ),
  said(
    'plain-http',
    'containerd',
    `${pull2}failed to do request: Head "${manifest}": http: server gave HTTP response to HTTPS client`,
    node,
  ),
  said(
    'plain-http',
    'docker',
    `${daemon}Get "https://registry.example.com/v2/": http: server gave HTTP response to HTTPS client`,
    'Go net/http',
    'ErrImagePull',
  ),
  said(
    'server-error',
    'containerd',
    `${pull2}unexpected status from HEAD request to ${manifest}: 503 Service Unavailable`,
    node,
  ),
  said(
    'server-error',
    'docker',
    `Failed to pull image "${image}": rpc error: code = Unknown desc = RegistryUnavailable: received unexpected HTTP status: 502 Bad Gateway`,
    'cri-dockerd@246bd65 core/image.go',
    'RegistryUnavailable',
  ),
  said(
    'server-error',
    'cri-o',
    `${crio}reading manifest v1 in registry.example.com/team/app: StatusCode: 500, "oops"`,
    `${crioSource} docker/errors.go`,
  ),
  said('not-a-registry', 'containerd', `${pull2}unexpected status from HEAD request to ${manifest}: 302 Found`, node),
  said(
    'registry-unavailable',
    'docker',
    `image pull failed for ${image} because the registry is unavailable.`,
    'kubernetes v1.24 pkg/kubelet/images/image_manager.go',
    'RegistryUnavailable',
  ),
  said(
    'no-platform',
    'containerd',
    `${backOff}rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest sha256:${'1'.repeat(64)}: not found`,
    node,
  ),
  said(
    'no-platform',
    'docker',
    `${daemon}no matching manifest for linux/arm64/v8 in the manifest list entries`,
    'moby@b985e23 daemon/internal/distribution/pull_v2.go',
    'ErrImagePull',
  ),
  said(
    'no-platform',
    'cri-o',
    `${backOff}rpc error: code = Unknown desc = choosing image instance: no image found in manifest list for architecture "arm64", variant "v8", OS "linux"`,
    `${crioSource} internal/manifest/docker_schema2_list.go`,
  ),
  said(
    'other-platform',
    'containerd',
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app": exec format error',
    'runc, with the text of Go syscall ENOEXEC',
    'RunContainerError',
  ),
  said(
    'other-platform',
    'containerd',
    'failed to create containerd task: hcsshim::CreateComputeSystem x: The container operating system does not match the host operating system.',
    'hcsshim, on Windows',
    'RunContainerError',
  ),
  said(
    'signature-rejected',
    'cri-o',
    `Failed to pull image "${image}": SignatureValidationFailed: Source image rejected: A signature was required, but no signature exists`,
    `${crioSource} copy/single.go`,
    'ErrImagePull',
  ),
  said(
    'unpack-failed',
    'cri-o',
    `${crio}writing blob: adding layer with blob "sha256:${'a'.repeat(64)}": unpacking failed (error: exit status 1)`,
    `${crioSource} storage/storage_dest.go`,
  ),
  said(
    'incomplete-image',
    'containerd',
    `${backOff}rpc error: code = FailedPrecondition desc = ${pull}failed commit on ref "manifest-sha256:${'4'.repeat(64)}": unexpected commit digest sha256:${'6'.repeat(64)}, expected sha256:${'4'.repeat(64)}: failed precondition`,
    node,
  ),
  said(
    'incomplete-image',
    'cri-o',
    `${crio}reading blob sha256:${'c'.repeat(64)}: fetching blob: blob unknown to registry`,
    `${crioSource} docker/docker_client.go`,
  ),
  said(
    'invalid-name',
    'docker',
    'Failed to inspect image "a//b": rpc error: code = Unknown desc = Error response from daemon: invalid reference format',
    'distribution reference v0.6.0',
    'ImageInspectError',
  ),
  said(
    'unauthorized',
    'docker',
    `${daemon}Head "${manifest}": unauthorized: incorrect username or password`,
    'distribution registry/client/errors.go',
    'ErrImagePull',
  ),
  said(
    'forbidden',
    'docker',
    `${daemon}Head "${manifest}": denied`,
    'distribution registry/client/errors.go',
    'ErrImagePull',
  ),
  said(
    'not-found',
    'cri-o',
    `${crio}reading manifest v1 in registry.example.com/team/app: StatusCode: 404, "404 page not found"`,
    `${crioSource} docker/errors.go`,
  ),
  said(
    'login-failed',
    'cri-o',
    `${crio}decoding bearer token (last URL "https://auth.example.com/token", body start "<html>"): invalid character '<' looking for beginning of value`,
    `${crioSource} docker/docker_client.go`,
  ),
  said(
    'old-manifest',
    'containerd',
    `${backOff}rpc error: code = InvalidArgument desc = ${pull}schema 1 image manifests are no longer supported: invalid argument`,
    node,
  ),
  said(
    'old-manifest',
    'containerd',
    `${pull2}not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.0, please rebuild the image as "application/vnd.docker.distribution.manifest.v2+json" or "application/vnd.oci.image.manifest.v1+json"`,
    'containerd@301026e core/remotes/docker/resolver.go',
  ),
  said(
    'old-manifest',
    'docker',
    `${daemon}Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been removed. Suggest the author of ${image} to upgrade the image to the OCI Format or Docker Image manifest v2, schema 2.`,
    'moby@b985e23 daemon/internal/distribution/errors.go',
    'ErrImagePull',
  ),
  said(
    'unsupported-manifest',
    'containerd',
    `${backOff}rpc error: code = InvalidArgument desc = ${pull}unable to fetch descriptor (sha256:${'e'.repeat(64)}) which reports content size of zero: invalid argument`,
    node,
  ),
  said(
    'unsupported-manifest',
    'containerd',
    `${backOff}rpc error: code = NotFound desc = get image config descriptor: unexpected media type text/html for sha256:${'8'.repeat(64)}: not found`,
    node,
  ),
  said(
    'incomplete-image',
    'containerd',
    `${backOff}rpc error: code = NotFound desc = ${pull}failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:${'c'.repeat(64)} (application/vnd.oci.image.config.v1+json) from remote: not found`,
    node,
  ),
  said(
    'incomplete-image',
    'docker',
    `${daemon}filesystem layer verification failed for digest sha256:${'c'.repeat(64)}`,
    'moby@b985e23 daemon/internal/distribution/pull_v2.go',
    'ErrImagePull',
  ),
  said(
    'signature-rejected',
    'cri-o',
    `Back-off pulling image "${image}": SignatureValidationFailed: image pull failed for ${image} because the signature validation failed: Source image rejected: A signature was required, but no signature exists`,
    `${crioSource} copy/single.go`,
  ),
  said(
    'signature-rejected',
    'kubelet',
    `image pull failed for ${image} because the signature validation failed: bad signature`,
    'kubernetes v1.36.3 pkg/kubelet/images/image_manager.go',
    'SignatureValidationFailed',
  ),
  said(
    'never-present',
    'kubelet',
    `Container image "${image}" is not present with pull policy of Never`,
    node,
    'ErrImageNeverPull',
  ),
  said(
    'disk-full',
    'containerd',
    `${backOff}${pull}failed to extract layer (application/vnd.oci.image.layer.v1.tar+gzip sha256:${'a'.repeat(64)}) to overlayfs as "extract-1": write /var/lib/containerd/x: no space left on device`,
    'containerd@301026e core/unpack/unpacker.go',
  ),
  said(
    'unpack-failed',
    'containerd',
    `${backOff}${pull}failed to extract layer (application/vnd.oci.image.layer.v1.tar+gzip sha256:${'a'.repeat(64)}) to overlayfs as "extract-1": archive/tar: invalid tar header`,
    'containerd@301026e core/unpack/unpacker.go',
  ),
  said(
    'unpack-failed',
    'containerd',
    `failed to create containerd container: error unpacking image: failed to extract layer sha256:${'a'.repeat(64)}: mount callback failed`,
    'containerd@301026e internal/cri/opts/container.go',
    'CreateContainerError',
  ),
  said(
    'unpack-failed',
    'docker',
    `${daemon}failed to register layer: exit status 1`,
    'moby@b985e23 daemon/internal/distribution/xfer/download.go',
    'ErrImagePull',
  ),
  said('pull-qps', 'kubelet', `${backOff}pull QPS exceeded`, 'kubernetes v1.36.3 pkg/kubelet/images/helpers.go'),
  said(
    'runtime-config',
    'containerd',
    `${pull2}unable to read CA cert "/no/such/ca.pem": open /no/such/ca.pem: no such file or directory`,
    node,
  ),
  said(
    'registry-blocked',
    'cri-o',
    `${crio}registry docker.io is blocked in /etc/containers/registries.conf or /etc/containers/registries.conf.d`,
    `${crioSource} docker/docker_client.go`,
  ),
  said(
    'inspect-failed',
    'containerd',
    `Failed to inspect image "${image}": rpc error: code = Unavailable desc = connection error: the runtime is gone`,
    'kubernetes v1.36.3 pkg/kubelet/images/image_manager.go',
    'ImageInspectError',
  ),
  said(
    'canceled',
    'containerd',
    `${backOff}rpc error: code = Canceled desc = ${pull}failed to copy: context canceled`,
    'Go context',
  ),
  said(
    'runtime-config',
    'cri-o',
    `${backOff}invalid policy in "/etc/containers/policy.json": Default policy is missing`,
    crioNode,
  ),
  said(
    'registry-blocked',
    'cri-o',
    `image pull failed for ${image} because the signature validation failed: Source image rejected: Running image docker://${image} is rejected by policy.`,
    crioNode,
    'SignatureValidationFailed',
  ),
  said(
    'incomplete-image',
    'cri-o',
    `${backOff}copying system image from manifest list: determining manifest MIME type for docker://${image}: reading manifest sha256:${'a'.repeat(64)} in registry.example.com/team/app: manifest unknown`,
    crioNode,
  ),
  said('incomplete-image', 'cri-o', `${backOff}parsing image configuration: fetching blob: unknown: gone`, crioNode),
  said(
    'not-a-registry',
    'cri-o',
    `${crio134}parse manifest from blob: invalid character '<' looking for beginning of value`,
    crioNode,
  ),
  said('unsupported-manifest', 'cri-o', `${crio134}parse manifest from blob: unsupported schema version 2`, crioNode),
  said(
    'login-failed',
    'cri-o',
    `${crio134}build image source: Requesting bearer token: received unexpected HTTP status: 404 Not Found`,
    crioNode,
  ),
  said(
    'not-found',
    'cri-o',
    `${crio134}build image source: (Mirrors also failed: [mirror.example.com/team/app:v1: pinging container registry mirror.example.com: received unexpected HTTP status: 503 Service Unavailable]\n[second.example.com/team/app:v1: reading manifest v1 in second.example.com/team/app: unauthorized]): ${image}: reading manifest v1 in registry.example.com/team/app: name unknown`,
    crioNode,
  ),
  said('unknown', 'kubelet', `Back-off pulling image "${image}"`, 'kubernetes before v1.32: the status has no error'),
];

/** Messages of Events about the pod itself. */
export const sandboxMessages: readonly RecordedMessage[] = [
  said(
    'sandbox-image',
    'containerd',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox "s": failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull image "registry.k8s.io/pause:3.10": failed to pull and unpack image "registry.k8s.io/pause:3.10": failed to resolve image: failed to do request: Head "https://registry.k8s.io/v2/pause/manifests/3.10": dial tcp 192.0.2.9:443: i/o timeout',
    'containerd@301026e internal/cri/server/podsandbox/sandbox_run.go',
    'ContainerCreating',
  ),
  said(
    'sandbox-image',
    'docker',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed pulling image "registry.k8s.io/pause:3.9": Error response from daemon: Get "https://registry.k8s.io/v2/": dial tcp: lookup registry.k8s.io: no such host',
    'cri-dockerd@246bd65 core/sandbox_helpers.go',
    'ContainerCreating',
  ),
  said(
    'sandbox-image',
    'cri-o',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = creating pod sandbox with name "k8s_p_ns_uid_0": initializing source docker://registry.k8s.io/pause:3.10: pinging container registry registry.k8s.io: Get "https://registry.k8s.io/v2/": dial tcp 192.0.2.9:443: i/o timeout',
    'cri-o@f954a17 (1.37.0) server/sandbox_run_linux.go',
    'ContainerCreating',
  ),
];
