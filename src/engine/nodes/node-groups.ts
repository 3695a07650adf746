import { addToList } from '../../lib/add-to-list.ts';
import { memoized } from '../../lib/memoized.ts';
import type { NodeFacts } from './node.ts';
import { runtimeKind, type RuntimeKind } from './runtime-kind.ts';

/** Nodes that ask for an image in the same way. */
export interface NodeGroup {
  readonly runtime: RuntimeKind;
  /** Empty if the nodes are not known. */
  readonly nodes: readonly NodeFacts[];
}

/**
 * Returns the nodes by the kind of their runtime. An unknown runtime is asked about like containerd, and `mindOtherNodes`
 * then makes the findings warnings. Without nodes, there is one empty group for each of the `assumed` kinds.
 */
export function nodeGroups(nodes: readonly NodeFacts[], assumed: readonly RuntimeKind[]): readonly NodeGroup[] {
  return nodes.length === 0 ? assumed.map((runtime) => ({ runtime, nodes })) : grouped(nodes);
}

/** There may be thousands of nodes, and many reviews use one list. */
const grouped = memoized((nodes: readonly NodeFacts[]): readonly NodeGroup[] => {
  const groups = new Map<RuntimeKind, NodeFacts[]>();
  const kindOf = memoized(runtimeKind);
  for (const node of nodes) addToList(groups, kindOf(node.runtimeVersion) ?? 'containerd', node);
  // The same list if there is only one group, so that what is remembered for a list is found again.
  if (groups.size === 1) return [...groups.keys()].map((runtime) => ({ runtime, nodes }));
  return [...groups].map(([runtime, members]) => ({ runtime, nodes: members }));
}, new WeakMap<readonly NodeFacts[], readonly NodeGroup[]>());
