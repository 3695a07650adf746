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

/** Recordings prove the rules for these versions (test/scenarios): containerd since 1.7, and CRI-O 1.34. */
const knownRuntimes = /^(?:containerd:\/\/v?(?:1\.(?:[7-9]|\d\d)|[2-9]|\d\d)\b|cri-o:\/\/v?1\.34\b)/;

/** Returns whether the container runtime of a node follows the rules that Pullgate mirrors. */
export function hasKnownRuntime({ runtimeVersion }: NodeFacts): boolean {
  return knownRuntimes.test(runtimeVersion);
}

/** Since this minor version, the kubelet mounts images as volumes by default (feature gate ImageVolume). */
const imageVolumesSince = 35;

/** Returns whether a node is known to pull the images of volumes. */
export function mountsImages(node: NodeFacts): boolean {
  return kubeletMinor(node) >= imageVolumesSince;
}

/** Returns whether both the kubelet and the container runtime of a node follow the rules that Pullgate mirrors. */
export function rulesHold(node: NodeFacts): boolean {
  return hasKnownKubelet(node) && hasKnownRuntime(node);
}

/**
 * Returns whether it is known where a node looks for an image without a host: at Docker Hub, or for CRI-O at the hosts of
 * its search list, which the `Registry` port asks.
 */
export function knowsShortNames({ runtimeVersion }: NodeFacts): boolean {
  return runtimeKind(runtimeVersion) !== undefined;
}
