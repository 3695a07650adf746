import type { NodeFacts } from './node.ts';

/** The kubelet minor versions with the same keyring and pull rules as v1.36, which Pullgate mirrors. */
const knownMinors = { first: 26, last: 37 };

/** Returns whether a node follows the rules that Pullgate mirrors: it has containerd and a known kubelet version. */
export function rulesHold(node: NodeFacts): boolean {
  const minor = Number(/^v?1\.(\d+)/.exec(node.kubeletVersion)?.[1] ?? Number.NaN);
  return node.runtime === 'containerd' && minor >= knownMinors.first && minor <= knownMinors.last;
}
