import { imageName } from '../image/image-name.ts';
import type { ImageReference } from '../image/image-reference.ts';
import type { NodeFacts } from './node.ts';
import { kubeletMinor } from './runtime.ts';
import { runtimeKind } from './runtime-kind.ts';

/** Since this minor version, the kubelet checks the pull credentials of a pod again for an image on the node. */
const checksAgainSince = 35;

/**
 * Returns whether every node has an image and runs it without a pull if the policy is IfNotPresent, whatever the pod's
 * credentials are. Those are the nodes with a kubelet before v1.35 (feature gate KubeletEnsureSecretPulledImages), and
 * nodes with CRI-O, because the kubelet finds no record of the pull there. False if no node is known.
 */
export function runsWithoutPull(nodes: readonly NodeFacts[], reference: ImageReference): boolean {
  const name = imageName(reference);
  return nodes.length > 0 && nodes.every((node) => node.images.has(name) && !checksAgain(node));
}

function checksAgain(node: NodeFacts): boolean {
  return runtimeKind(node.runtimeVersion) !== 'cri-o' && !(kubeletMinor(node) < checksAgainSince);
}
