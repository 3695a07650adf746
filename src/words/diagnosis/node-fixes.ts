import type { PullCause, Speaker } from '../../diagnose/pull-cause.ts';
import { inline, shellWord } from '../plain-text.ts';

/** What a fix on a node needs to know. */
export interface NodePlace {
  /** The node; empty if it is unknown. */
  readonly node: string;
  /** The registry, as in the image: `docker.io`. Empty if the image is invalid. */
  readonly registry: string;
  readonly image: string;
  readonly runtime?: Speaker | undefined;
}

/** What to do on a node, and the commands to run there. */
export interface NodeFix {
  readonly advice: string;
  readonly commands: readonly string[];
}

type Advice = (place: NodePlace) => string;

/** The host that a node asks: Docker Hub's API has another name than the registry. */
function apiHost({ registry }: NodePlace): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}

/** Where the runtime reads how to reach a registry. */
function registrySettings({ registry, runtime }: NodePlace): string {
  const host = inline(registry, 100);
  if (runtime === 'cri-o') return `/etc/containers/registries.conf and /etc/containers/certs.d/${host}/`;
  if (runtime === 'docker') return `/etc/docker/daemon.json and /etc/docker/certs.d/${host}/`;
  return `/etc/containerd/certs.d/${host}/hosts.toml`;
}

const caSetting: Advice = (place) =>
  place.runtime === 'cri-o' || place.runtime === 'docker'
    ? `Give the node the CA of the registry as ca.crt: ${registrySettings(place)}.`
    : `Give the node the CA of the registry: ca = "/path/ca.crt" in ${registrySettings(place)}.`;

const advices: Readonly<Record<PullCause, Advice>> = {
  'invalid-name': () =>
    'Correct the image: HOST/PATH:TAG in lower case, without "https://", blanks or unfilled placeholders.',
  'short-name': ({ image }) =>
    `Write the image with its registry: docker.io/${inline(image.includes('/') ? image : `library/${image}`)} if it is on Docker Hub.`,
  'not-found': () => 'Push the image, or correct it. If nodes pull through a mirror, look whether the mirror has it.',
  'access-hidden': () => 'Check the path of the image first, then the pull secret.',
  unauthorized: () => 'Check the pull secret: its user and password, and its entry for this registry.',
  forbidden: () => 'Grant the account of the pull secret the right to pull this repository.',
  'secret-malformed': () => 'Create the pull secret again.',
  'credential-not-utf8': () => 'Create the pull secret again, with the user name and password in UTF-8.',
  'login-failed': () => 'The registry or its token service is failing: try again later, or tell its operator.',
  'rate-limited': () => 'Wait, pull with an account of your own, or pull through a mirror.',
  'unknown-host': (place) => `Look at DNS on the node, and at the mirrors in ${registrySettings(place)}.`,
  'dns-failed': () => 'Look at DNS on the node: /etc/resolv.conf, and whether its name server answers.',
  'connection-refused': (place) =>
    `Look at the firewall and the proxy of the node, and at the mirrors in ${registrySettings(place)}.`,
  'connection-reset': () => 'Look at the firewall, the proxy and the MTU between the node and the registry.',
  'no-route': () => 'Look at the routes and the firewall of the node.',
  timeout: () => 'Look at the firewall of the node, and at HTTPS_PROXY and NO_PROXY of its container runtime.',
  proxy: () => 'Look at HTTPS_PROXY and NO_PROXY of the container runtime: systemctl show containerd -p Environment.',
  'untrusted-certificate': caSetting,
  'expired-certificate': () => 'Renew the certificate of the registry, and check the clock of the node.',
  'wrong-certificate-host': (place) =>
    `Use the host name of the certificate in the image, or look at the mirrors in ${registrySettings(place)}.`,
  'tls-failed': () => 'Check that the registry supports TLS 1.2 or later, and that no firewall breaks TLS open.',
  'plain-http': (place) =>
    place.runtime === 'cri-o'
      ? `Serve the registry over TLS, or set insecure = true for it in ${registrySettings(place)}.`
      : place.runtime === 'docker'
        ? `Serve the registry over TLS, or add it to insecure-registries in /etc/docker/daemon.json.`
        : `Serve the registry over TLS, or set server = "http://${inline(place.registry, 100)}" in ${registrySettings(place)}.`,
  'server-error': () => 'The registry is failing: try again later. If only nodes see it, look at their mirrors.',
  'not-a-registry': (place) =>
    `Look at the host in the image, and at the proxy and the mirrors of the node: ${registrySettings(place)}.`,
  'registry-unavailable': (place) =>
    `Look at the network and the proxy of the node, and at its mirrors: ${registrySettings(place)}.`,
  'still-pulling': () =>
    'Wait: the image may be large, the node slow, or other pulls come first (serializeImagePulls).',
  'no-platform': () =>
    'Build the image for the platform of the node, or choose other nodes with a nodeSelector (kubernetes.io/arch).',
  'other-platform': () =>
    'Build the image for the platform of the node, or choose other nodes with a nodeSelector (kubernetes.io/arch).',
  'old-manifest': () => 'Build and push the image again with a current tool.',
  'unsupported-manifest': () => 'Build and push the image again with a current tool.',
  'incomplete-image': () => 'Push the whole image again. If nodes pull through a mirror, clear its copy.',
  'signature-rejected': () =>
    'Sign the image, or change the signature policy of the node: /etc/containers/policy.json.',
  'never-present': () => 'Load the image onto the node, or set imagePullPolicy: IfNotPresent.',
  'disk-full': () => 'Free space on the node: crictl rmi --prune, old logs, or a larger disk for /var/lib.',
  'unpack-failed': () => 'Look at the disk and at the log of the runtime on the node, and pull the image again there.',
  'pull-qps': () => 'Wait, or raise registryPullQPS and registryBurst of the kubelet.',
  'runtime-config': (place) =>
    `Correct the certificate files that the node names for this registry: ${registrySettings(place)}.`,
  'registry-blocked': () =>
    'Use another registry, or remove the block from /etc/containers/registries.conf of the node.',
  'inspect-failed': () => 'Look at the log of the container runtime on the node; a restart of it often helps.',
  canceled: () => 'Wait for the next try. If it is canceled again, the pull takes longer than the runtime allows.',
  'sandbox-image': () =>
    'Correct the sandbox image in the configuration of the runtime (containerd: pinned_images.sandbox or sandbox_image), or let the node reach its registry.',
  unknown: () => 'Pull the image on the node by hand, and read the log of the container runtime.',
};

/** Causes whose place is the connection from the node, where curl tells more. */
const connection: ReadonlySet<PullCause> = new Set([
  'unknown-host',
  'dns-failed',
  'connection-refused',
  'connection-reset',
  'no-route',
  'timeout',
  'proxy',
  'untrusted-certificate',
  'expired-certificate',
  'wrong-certificate-host',
  'tls-failed',
  'plain-http',
  'server-error',
  'not-a-registry',
  'registry-unavailable',
  'login-failed',
]);

/** Causes that a pull by hand on the node shows again. */
const pullable: ReadonlySet<PullCause> = new Set([
  ...connection,
  'not-found',
  'incomplete-image',
  'unpack-failed',
  'runtime-config',
  'unknown',
  'still-pulling',
]);

/** What to do on the node for a cause that the kubelet named. A command that cannot be copied safely is left out. */
export function nodeFix(cause: PullCause, place: NodePlace): NodeFix {
  const url = shellWord(`https://${apiHost(place)}/v2/`);
  const image = shellWord(place.image);
  return {
    advice: advices[cause](place),
    commands: [
      ...(cause === 'unpack-failed' && image !== undefined
        ? [place.runtime === 'docker' ? `docker rmi ${image}` : `crictl rmi ${image}`]
        : []),
      ...(pullable.has(cause) && image !== undefined
        ? [place.runtime === 'docker' ? `docker pull ${image}` : `crictl pull ${image}`]
        : []),
      ...(connection.has(cause) && place.registry !== '' && url !== undefined ? [`curl -v ${url}`] : []),
    ],
  };
}
