import type { NodeFacts } from './node.ts';
import { runtimeKind } from './runtime-kind.ts';

/** The kubelet minor versions with the same keyring and pull rules as v1.36, which Pullgate mirrors. */
const knownMinors = { first: 26, last: 37 };

/** Returns whether the kubelet of a node follows the rules that Pullgate mirrors. */
export function hasKnownKubelet(node: NodeFacts): boolean {
  const minor = kubeletMinor(node);
  return minor >= knownMinors.first && minor <= knownMinors.last;
}

/** Returns the minor version of a kubelet: 36 for `v1.36.3`. NaN for another form. */
export function kubeletMinor({ kubeletVersion }: NodeFacts): number {
  return Number(/^v?1\.(\d+)/.exec(kubeletVersion)?.[1] ?? Number.NaN);
}

/** Returns whether the container runtime of a node follows the rules that Pullgate mirrors: those of containerd. */
export function hasKnownRuntime({ runtimeVersion }: NodeFacts): boolean {
  return runtimeVersion.startsWith('containerd:');
}

/** Returns whether both the kubelet and the container runtime of a node follow the rules that Pullgate mirrors. */
export function rulesHold(node: NodeFacts): boolean {
  return hasKnownKubelet(node) && hasKnownRuntime(node);
}

/**
 * Returns whether a node takes an image without a host from Docker Hub. CRI-O has a search list and aliases instead:
 * registries.conf of containers/image.
 */
export function usesDockerHubByDefault({ runtimeVersion }: NodeFacts): boolean {
  const kind = runtimeKind(runtimeVersion);
  return kind !== undefined && kind !== 'cri-o';
}
