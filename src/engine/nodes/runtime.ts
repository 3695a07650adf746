import type { NodeFacts } from './node.ts';

/** The kubelet minor versions with the same keyring and pull rules as v1.36, which Pullgate mirrors. */
const knownMinors = { first: 26, last: 37 };

/** Returns whether the kubelet of a node follows the rules that Pullgate mirrors. */
export function hasKnownKubelet({ kubeletVersion }: NodeFacts): boolean {
  const minor = Number(/^v?1\.(\d+)/.exec(kubeletVersion)?.[1] ?? Number.NaN);
  return minor >= knownMinors.first && minor <= knownMinors.last;
}

/** Returns whether the container runtime of a node follows the rules that Pullgate mirrors: those of containerd. */
export function hasKnownRuntime({ runtime }: NodeFacts): boolean {
  return runtime === 'containerd';
}

/** Returns whether both the kubelet and the container runtime of a node follow the rules that Pullgate mirrors. */
export function rulesHold(node: NodeFacts): boolean {
  return hasKnownKubelet(node) && hasKnownRuntime(node);
}

/**
 * Returns whether a node takes an image without a host from Docker Hub. CRI-O has a search list and aliases instead:
 * registries.conf of containers/image.
 */
export function usesDockerHubByDefault({ runtime }: NodeFacts): boolean {
  return runtime === 'containerd' || runtime === 'docker';
}
