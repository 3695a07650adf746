import type { Mitigation } from '../engine/finding.ts';

/** Why a finding is only a warning, although its kind would be denied. */
export const mitigationWords: Readonly<Record<Mitigation, string>> = {
  'on-node': 'Only a warning: a node already has the image, and imagePullPolicy is IfNotPresent.',
  replacement:
    'Only a warning: this object replaces another, and a node may still have the image (imagePullPolicy is IfNotPresent).',
  unmounted: 'Only a warning: no container mounts this volume.',
  runtime: 'Only a warning: the container runtime or kubelet of the nodes may behave differently.',
  hidden: 'Only a warning: the registry may hide the image from clients without the credentials of the node.',
  'some-nodes': 'Only a warning: the pod may also run on other nodes, which can pull the image.',
  'secret-pending': 'Only a warning: the pull secret may still be created.',
  'other-host': 'Only a warning: another host of this registry could not be asked and may have the image.',
  unproven:
    'Only a warning: this host does not answer like a registry, so something else may have answered in its place.',
  controller: 'Only a warning: the controller of this kind may use other pull secrets.',
  'last-known': 'Only a warning: the image was there when the registry last answered.',
};
