import { distinctPlatforms, type Platform } from '../image/platform.ts';
import type { Breathe } from '../ports.ts';
import type { NodeFacts } from './node.ts';
import { addToList } from '../../lib/add-to-list.ts';
import { inSteps, type Steps } from '../../lib/steps.ts';

/** What is the same for all reviews that use one list of nodes. */
export interface NodeCensus {
  /** The nodes that have an image, by its normalized name. */
  readonly holders: ReadonlyMap<string, readonly NodeFacts[]>;
  readonly platforms: readonly Platform[];
  readonly severalArchitectures: boolean;
}

const taken = new WeakMap<readonly NodeFacts[], Promise<NodeCensus>>();

/** Returns the census of a list of nodes. It is taken once for each list, in steps of a few milliseconds. */
export function nodeCensus(nodes: readonly NodeFacts[], breathe: Breathe): Promise<NodeCensus> {
  const known = taken.get(nodes) ?? inSteps(censusSteps(nodes), breathe);
  taken.set(nodes, known);
  return known;
}

/** How many nodes are counted in one step. A node has up to 250 names of images. */
const nodesPerStep = 50;

function* censusSteps(nodes: readonly NodeFacts[]): Steps<NodeCensus> {
  const holders = new Map<string, NodeFacts[]>();
  for (const [at, node] of nodes.entries()) {
    for (const image of node.images) addToList(holders, image, node);
    if (at % nodesPerStep === nodesPerStep - 1) yield;
  }
  const platforms = distinctPlatforms(nodes.map(({ platform }) => platform));
  const architectures = new Set(platforms.map(({ os, architecture }) => `${os}/${architecture}`));
  return { holders, platforms, severalArchitectures: architectures.size > 1 };
}
