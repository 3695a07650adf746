import type { Mitigation } from '../engine/finding.ts';

/** Why a finding that would be a denial is only a warning. */
export const mitigationWords: Readonly<Record<Mitigation, string>> = {
  'on-node': 'Only a warning: a node already has the image, and imagePullPolicy is IfNotPresent.',
  unmounted: 'Only a warning: no container mounts this volume.',
  runtime: 'Only a warning: the container runtime or kubelet of the nodes may act differently.',
  hidden: 'Only a warning: the registry may hide the image from those without the credentials of the node.',
  'some-nodes': 'Only a warning: other nodes that the pod may run on can pull it.',
  'secret-pending': 'Only a warning: the pull secret may still be created.',
  'other-host': 'Only a warning: another host of this registry could not be asked, and may have the image.',
  'last-known': 'Only a warning: the image was there when the registry last answered.',
};
