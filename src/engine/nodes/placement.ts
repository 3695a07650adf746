import type { JsonObject } from '../../lib/json.ts';
import { inSteps, type Steps } from '../../lib/steps.ts';
import { distinctPlatforms, type Platform } from '../image/platform.ts';
import type { Breathe } from '../ports.ts';
import { nodeCensus } from './node-census.ts';
import type { NodeFacts, NodeList } from './node.ts';
import { nodeSelection, type NodeSelection } from './node-selection.ts';
import { tolerationsOf } from './tolerations.ts';

/** Where a pod may run, and what is known about the nodes there. */
export interface Placement extends NodeList {
  /** Whether one of the nodes has an image with this normalized name. */
  readonly has: (imageName: string) => boolean;
  /** The platforms of the nodes. If some of them have no taints that the pod does not tolerate, only of those. */
  readonly platforms: readonly Platform[];
  /** Whether the pod may run on more nodes if it gets a toleration. */
  readonly tainted: boolean;
  /** Whether the nodes of the cluster have more than one architecture. */
  readonly severalArchitectures: boolean;
  /** Whether the pod spec is too large to select nodes. Then all nodes count as possible, and `platforms` is empty. */
  readonly beyond: boolean;
}

/**
 * Returns where a pod may run, by `nodeSelection`. Ignores resources and preferences, because they only decide where the
 * pod runs now. An admission plugin may add tolerations later, so taints only narrow the platforms.
 */
export async function placementOf(podSpec: JsonObject, list: NodeList, breathe: Breathe): Promise<Placement> {
  const census = await nodeCensus(list.nodes, breathe);
  const selection = nodeSelection(podSpec);
  const { severalArchitectures } = census;
  const everywhere = { ...list, has: (name: string) => census.holders.has(name), severalArchitectures };
  if (selection === undefined) {
    return { ...everywhere, platforms: [], tainted: false, beyond: list.nodes.length > 0 };
  }
  const nodes = await inSteps(candidateNodes(selection, list.nodes), breathe);
  const tolerates = tolerationsOf(podSpec);
  const open = nodes.filter(({ taints }) => tolerates(taints));
  const preferred = open.length > 0 ? open : nodes;
  const tainted = open.length > 0 && open.length < nodes.length;
  const platforms =
    preferred.length === list.nodes.length
      ? census.platforms
      : distinctPlatforms(preferred.map(({ platform }) => platform));
  if (nodes === list.nodes) return { ...everywhere, platforms, tainted, beyond: false };
  const candidates = new Set(nodes);
  const has = (name: string) => census.holders.get(name)?.some((node) => candidates.has(node)) ?? false;
  return { ...everywhere, nodes, has, platforms, tainted, beyond: false };
}

/** How many terms are compared with nodes in one step. */
const termsPerStep = 50_000;

/** Returns the nodes that a selection matches. The same list if that is all of them. */
export function* candidateNodes(
  { size, matches }: NodeSelection,
  nodes: readonly NodeFacts[],
): Steps<readonly NodeFacts[]> {
  if (matches === undefined) return nodes;
  const nodesPerStep = Math.ceil(termsPerStep / (size + 1));
  const found: NodeFacts[] = [];
  for (const [at, node] of nodes.entries()) {
    if (matches(node)) found.push(node);
    if (at % nodesPerStep === nodesPerStep - 1) yield;
  }
  return found.length === nodes.length ? nodes : found;
}
