/**
 * Where to look: the image reference, the credentials, the way to the registry, the content of the image, or the node.
 * `unknown`: the message tells none of them.
 */
export type Side = 'reference' | 'credentials' | 'way' | 'image' | 'node' | 'unknown';

/** Every cause that a message of the kubelet can name, and where to look for it. */
export const causeSides = {
  'invalid-name': 'reference',
  'short-name': 'reference',
  'not-found': 'reference',
  'access-hidden': 'credentials',
  unauthorized: 'credentials',
  forbidden: 'credentials',
  'secret-malformed': 'credentials',
  'credential-not-utf8': 'credentials',
  'login-failed': 'way',
  'rate-limited': 'way',
  'unknown-host': 'way',
  'dns-failed': 'way',
  'connection-refused': 'way',
  'connection-reset': 'way',
  'no-route': 'way',
  timeout: 'way',
  proxy: 'way',
  'untrusted-certificate': 'way',
  'expired-certificate': 'way',
  'wrong-certificate-host': 'way',
  'tls-failed': 'way',
  'plain-http': 'way',
  'server-error': 'way',
  'not-a-registry': 'way',
  'registry-unavailable': 'way',
  'still-pulling': 'unknown',
  'no-platform': 'image',
  'other-platform': 'image',
  'old-manifest': 'image',
  'unsupported-manifest': 'image',
  'incomplete-image': 'image',
  'signature-rejected': 'image',
  'never-present': 'node',
  'disk-full': 'node',
  'unpack-failed': 'node',
  'pull-qps': 'node',
  'runtime-config': 'node',
  'registry-blocked': 'node',
  'inspect-failed': 'node',
  canceled: 'node',
  'sandbox-image': 'node',
  unknown: 'unknown',
} as const satisfies Readonly<Record<string, Side>>;

/**
 * Why the node could not pull, as far as its message tells.
 * `access-hidden`: the registry refused, and hides whether the repository exists.
 * `sandbox-image`: the image of the pod sandbox (`pause`), which the node needs for every pod.
 * `still-pulling`: no failure yet; the kubelet began to pull and has not ended. That points nowhere.
 */
export type PullCause = keyof typeof causeSides;

/** A container runtime, or the kubelet itself. */
export type Speaker = 'kubelet' | 'containerd' | 'cri-o' | 'docker';

/** Causes that may pass without any change. */
const passing: ReadonlySet<PullCause> = new Set([
  'rate-limited',
  'dns-failed',
  'connection-refused',
  'connection-reset',
  'no-route',
  'timeout',
  'server-error',
  'registry-unavailable',
  'login-failed',
  'pull-qps',
  'canceled',
  'still-pulling',
]);

/** Returns whether the cause may pass without any change of the object, the registry or the node. */
export function mayPass(cause: PullCause): boolean {
  return passing.has(cause);
}
