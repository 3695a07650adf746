import type { Finding, Mitigation } from '../engine/finding.ts';
import type { NodeNames } from '../engine/nodes/node-names.ts';
import { inline } from './plain-text.ts';

/** Why a finding is only a warning, although its kind would be denied. */
const reasons: Readonly<Record<Mitigation, string>> = {
  'on-node': 'a node already has the image, and imagePullPolicy is IfNotPresent.',
  replacement: 'this object replaces another, and a node may still have the image (imagePullPolicy is IfNotPresent).',
  unmounted: 'no container mounts this volume.',
  runtime: 'the container runtime or kubelet of the nodes may behave differently.',
  hidden: 'the registry may hide the image from clients without the credentials of the node.',
  'some-nodes': 'the pod may also run on other nodes, which can pull the image.',
  'secret-pending': 'the pull secret may still be created.',
  'other-host': 'another host of this registry could not be asked and may have the image.',
  unproven: 'this host does not answer like a registry, so something else may have answered in its place.',
  controller: 'the controller of this kind may use other pull secrets.',
  'last-known': 'the image was there when the registry last answered.',
};

/** The same for mitigations that are about some nodes, if their names are known. */
const reasonsWithNodes: Partial<Readonly<Record<Mitigation, (nodes: string) => string>>> = {
  runtime: (nodes) => `the container runtime or kubelet of ${nodes} may behave differently.`,
  'some-nodes': (nodes) => `it is about ${nodes}, and the pod may also run on other nodes, which can pull the image.`,
};

/**
 * Returns why a finding is only a warning, and which nodes it is about if it is not about all. Undefined if it is certain
 * and about all nodes.
 */
export function noteWords({ mitigation, onNodes }: Pick<Finding, 'mitigation' | 'onNodes'>): string | undefined {
  const nodes = onNodes && nodeWords(onNodes);
  if (mitigation === undefined)
    return nodes && `This is about ${nodes}. The pod fails on the other nodes for another reason.`;
  const named = nodes === undefined ? undefined : reasonsWithNodes[mitigation]?.(nodes);
  return `Only a warning: ${named ?? reasons[mitigation]}`;
}

/** `node crio-1`, or `crio-1, crio-2, crio-3 and 4 more nodes`. */
function nodeWords({ names, count }: NodeNames): string {
  const shown = names.map((name) => inline(name, 63));
  const [first = ''] = shown;
  if (count === 1) return `node ${first}`;
  const rest = count - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more ${rest === 1 ? 'node' : 'nodes'}`;
  return `nodes ${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}
