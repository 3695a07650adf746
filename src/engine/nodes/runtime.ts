import type { NodeFacts } from './node.ts';

/** Kubelet minors whose keyring and pull rules are those of v1.36, from which the rules were read. */
const knownMinors = { first: 26, last: 37 };

/** Whether the rules that Pullgate's verdicts rest on are those of this node: containerd, and a kubelet that is known. */
export function rulesHold(node: NodeFacts): boolean {
  const minor = Number(/^v?1\.(\d+)/.exec(node.kubeletVersion)?.[1] ?? Number.NaN);
  return node.runtime === 'containerd' && minor >= knownMinors.first && minor <= knownMinors.last;
}
