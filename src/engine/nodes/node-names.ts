import type { NodeFacts } from './node.ts';

/** Some nodes, as far as a message has room for them. */
export interface NodeNames {
  /** The first names. */
  readonly names: readonly string[];
  /** The number of all of them. */
  readonly count: number;
}

const maxNames = 3;

/** Returns the names of nodes, to be shown. Undefined if there are none. */
export function nodeNames(nodes: readonly NodeFacts[]): NodeNames | undefined {
  if (nodes.length === 0) return undefined;
  return { names: nodes.slice(0, maxNames).map(({ name }) => name), count: nodes.length };
}

/** Returns the names of two groups of nodes that share none. */
export function joinedNames(one: NodeNames, other: NodeNames): NodeNames {
  return { names: [...one.names, ...other.names].slice(0, maxNames), count: one.count + other.count };
}
