import type { MessagePattern } from './message-pattern.ts';

const authorizer = 'containerd@301026e core/remotes/docker/authorizer.go';
const resolver = 'containerd@301026e core/remotes/docker/resolver.go and core/remotes/errors/errors.go';
const dockerErrors = 'moby@b985e23 daemon/internal/distribution/errors.go';
const crio = 'recorded with CRI-O 1.34.0';
const podman = 'cri-o@f954a17 (1.37.0) vendor go.podman.io/image/v5/docker';

/** What the registry answered. `: 403 Forbidden` and the like end a message, or stand before the registry's own words. */
export const registryMessages: readonly MessagePattern[] = [
  { cause: 'rate-limited', speaker: 'containerd', since: '1.0', pattern: /: 429 Too Many Requests/, source: resolver },
  {
    cause: 'rate-limited',
    speaker: 'docker',
    since: '1.10',
    pattern: /toomanyrequests: |too many requests to registry|StatusCode: 429,/,
    source: `${dockerErrors}; ${podman}/errors.go`,
  },
  {
    cause: 'login-failed',
    speaker: 'containerd',
    since: '1.0',
    pattern:
      /no realm specified for token auth challenge|unable to decode token response|did not include a token in the response|unsupported protocol scheme/,
    source: authorizer,
  },
  {
    cause: 'login-failed',
    speaker: 'containerd',
    since: '1.0',
    pattern:
      /failed to fetch (?:oauth|anonymous) token: unexpected status from (?:GET|POST) request to [^ ]{1,2000}: (?:400|404|405|406|410|415) /,
    source: authorizer,
  },
  {
    cause: 'login-failed',
    speaker: 'cri-o',
    since: '1.11',
    pattern: /Requesting bearer token: (?:received unexpected HTTP status|StatusCode): (?:400|404|405|406|410|415)\b/,
    source: crio,
  },
  {
    cause: 'access-hidden',
    speaker: 'containerd',
    since: '1.3',
    pattern: /pull access denied, repository does not exist or may require authorization/,
    source: resolver,
  },
  {
    cause: 'access-hidden',
    speaker: 'docker',
    since: '17.07',
    pattern: /pull access denied for [^ ]{1,400}, repository does not exist or may require/,
    source: dockerErrors,
  },
  {
    cause: 'access-hidden',
    speaker: 'cri-o',
    since: '1.11',
    pattern: /requested access to the resource is denied|denied: requested access/,
    source: 'distribution registry/api/errcode/register.go',
  },
  {
    cause: 'forbidden',
    speaker: 'containerd',
    since: '1.0',
    pattern: /: (?:402 Payment Required|403 Forbidden|412 Precondition Failed|451 Unavailable For Legal Reasons)/,
    source: resolver,
  },
  {
    cause: 'forbidden',
    speaker: 'cri-o',
    since: '1.11',
    pattern:
      /invalid status code from registry 403|StatusCode: (?:402|403|412|451),|unexpected status code [^:]{0,40}403|error parsing HTTP 403 response body/,
    source: `${podman}/errors.go`,
  },
  {
    cause: 'unauthorized',
    speaker: 'containerd',
    since: '1.0',
    pattern: /: 401 Unauthorized|no basic auth credentials|authorization failed/,
    source: authorizer,
  },
  {
    cause: 'unauthorized',
    speaker: 'cri-o',
    since: '1.11',
    pattern:
      /unable to retrieve auth token: invalid username\/password|authentication required|StatusCode: 401,|invalid status code from registry 401/,
    source: `${podman}/errors.go`,
  },
  {
    cause: 'unauthorized',
    speaker: 'docker',
    since: '1.10',
    pattern: /unauthorized: |: unauthorized$|incorrect username or password|no basic auth credentials/,
    source: 'distribution registry/client/errors.go',
  },
  {
    cause: 'forbidden',
    speaker: 'docker',
    since: '1.10',
    pattern: /: denied$|denied: /,
    source: 'distribution registry/client/errors.go',
  },
  {
    cause: 'not-found',
    speaker: 'docker',
    since: '1.10',
    pattern: /manifest unknown|name unknown|repository name not known to registry|repository [^ ]{1,400} not found/,
    source: dockerErrors,
  },
  {
    cause: 'not-found',
    speaker: 'containerd',
    since: '1.0',
    pattern: /failed to resolve (?:image|reference)[^:]{0,20}.{0,600}: not found$|: 404 Not Found|: 410 Gone/,
    source: 'recorded with 2.4.2',
  },
  {
    cause: 'not-found',
    speaker: 'cri-o',
    since: '1.11',
    pattern:
      /reading manifest [^ ]{1,200} in [^ ]{1,400}: (?:manifest|name) unknown|StatusCode: (?:404|410),|invalid status code from registry 404/,
    source: `${podman}/docker_client.go`,
  },
  {
    cause: 'server-error',
    speaker: 'containerd',
    since: '1.0',
    pattern: /: (?:408 Request Timeout|5\d\d [A-Z][A-Za-z -]{2,40})/,
    source: resolver,
  },
  {
    cause: 'server-error',
    speaker: 'docker',
    since: '1.10',
    pattern:
      /received unexpected HTTP status: 5\d\d|error parsing HTTP 5\d\d response body|StatusCode: (?:408|5\d\d),|invalid status code from registry 5\d\d/,
    source: `distribution registry/client/errors.go; ${podman}/errors.go`,
  },
  {
    cause: 'login-failed',
    speaker: 'containerd',
    since: '1.0',
    pattern:
      /failed to authorize: |failed to fetch (?:oauth|anonymous) token|missing realm in bearer auth challenge|decoding bearer token/,
    source: `${authorizer}; ${podman}/docker_client.go`,
  },
  {
    cause: 'not-a-registry',
    speaker: 'containerd',
    since: '1.0',
    pattern:
      /unexpected status from (?:HEAD|GET) request to |unexpected media type|invalid character '.{1,8}' looking for beginning of value|received unexpected HTTP status: |error parsing HTTP \d{3} response body|StatusCode: \d{3},|: name invalid|stopped after \d{1,3} redirects/,
    source: resolver,
  },
  {
    // A blob, after all statuses that tell why: the manifest was there.
    cause: 'incomplete-image',
    speaker: 'cri-o',
    since: '1.11',
    pattern: /fetching blob: |parsing image configuration: |writing blob: /,
    source: crio,
  },
  {
    cause: 'registry-unavailable',
    speaker: 'kubelet',
    since: '1.2',
    pattern: /because the registry is unavailable|RegistryUnavailable: /,
    source: 'kubernetes v1.36.3 pkg/kubelet/images/image_manager.go',
  },
  {
    cause: 'inspect-failed',
    speaker: 'kubelet',
    since: '1.2',
    pattern: /^Failed to inspect image "/,
    source: 'kubernetes v1.36.3 pkg/kubelet/images/image_manager.go',
  },
  {
    cause: 'canceled',
    speaker: 'go',
    pattern: /context canceled|request canceled|code = Canceled|pull canceled/,
    source: 'Go context',
  },
];
