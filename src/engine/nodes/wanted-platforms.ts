import { distinctPlatforms, type Platform } from '../image/platform.ts';
import { stringOf, type JsonObject } from '../../lib/json.ts';
import type { NodeFacts } from './node.ts';
import { toleratesAll } from './tolerations.ts';

/** The platforms that the image of a pod must have. */
export interface WantedPlatforms {
  readonly wanted: readonly Platform[];
  /** Whether some nodes were left out because of their taints. An admission plugin may add tolerations later. */
  readonly tainted: boolean;
}

/** Returns the platforms of the nodes that the pod may run on. If no node is known, returns `otherwise`. */
export function wantedPlatforms(
  podSpec: JsonObject,
  candidates: readonly NodeFacts[],
  otherwise: readonly Platform[],
): WantedPlatforms {
  const open = candidates.filter(({ taints }) => toleratesAll(podSpec, taints));
  const nodes = open.length > 0 ? open : candidates;
  const platforms = nodes.map(({ platform }) => (isIsolated(podSpec) ? withoutVersion(platform) : platform));
  return {
    wanted: distinctPlatforms(platforms.length > 0 ? platforms : otherwise),
    tainted: open.length > 0 && open.length < candidates.length,
  };
}

/** A runtime class may run Windows containers in virtual machines (Hyper-V isolation), whose version is their own. */
function isIsolated(podSpec: JsonObject): boolean {
  return stringOf(podSpec['runtimeClassName']) !== '';
}

function withoutVersion({ os, architecture }: Platform): Platform {
  return { os, architecture };
}
