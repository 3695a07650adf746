import type { CheckOptions } from './check-options.ts';
import { countedPorts } from './counted-ports.ts';
import type { Limit } from './limits.ts';
import type { Platform } from './image/platform.ts';
import { isolatedPlatforms } from './nodes/isolation.ts';
import type { NodeList } from './nodes/node.ts';
import { nodeGroups, type NodeGroup } from './nodes/node-groups.ts';
import { placementOf, type Placement } from './nodes/placement.ts';
import type { Plan } from './plan.ts';
import type { Ports } from './ports.ts';
import { readPullSecrets, type PullSecrets } from './pull-secrets.ts';
import { shadowedSecrets, type ShadowedSecret } from './shadowed-secret.ts';
import { suggestions, type Suggestions } from './suggestions.ts';
import type { Workload } from './workload/workload.ts';

/** The data that all images of one workload share. */
export interface ImageContext {
  readonly workload: Workload;
  readonly ports: Ports;
  readonly options: CheckOptions;
  readonly signal: AbortSignal;
  readonly secrets: PullSecrets;
  /** The nodes that the pod may run on. */
  readonly placement: Placement;
  /** The nodes by the kind of their runtime. */
  readonly groups: readonly NodeGroup[];
  /** See `Depth`. */
  readonly wanted: readonly Platform[];
  readonly readConfig: boolean;
  readonly shadowed: ShadowedSecret;
  readonly nearTags: Suggestions;
  /** Returns whether a missing pull secret will probably be created. */
  readonly isSecretExpected: () => Promise<boolean>;
  /** The limits of the workload that something was left out for, and that no image has a finding about. */
  readonly beyond: readonly Limit[];
}

/** The data for the check of an image as the nodes of one group would pull it. */
export interface GroupContext extends ImageContext {
  readonly group: NodeGroup;
}

const noNodes: NodeList = { nodes: [], ageMs: 0 };

/** Reads what all images of a workload share. Throws only if the signal aborts, or for a bug. */
export async function imageContext(
  { workload, serviceAccountApplied }: Plan,
  given: Ports,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<ImageContext> {
  const ports = countedPorts(given);
  const [secrets, nodes] = await Promise.all([
    readPullSecrets(workload, serviceAccountApplied, ports, signal),
    ports.nodes.nodes(signal),
  ]);
  const placement = await placementOf(workload.podSpec, nodes ?? noNodes, ports.breathe);
  const { platforms, beyond } = placement;
  let expected: Promise<boolean> | undefined;
  return {
    workload,
    ports,
    options,
    signal,
    secrets,
    placement,
    groups: nodeGroups(placement.nodes, options.runtimes),
    wanted: isolatedPlatforms(workload.podSpec, platforms.length > 0 || beyond ? platforms : options.platforms),
    readConfig: options.readConfig || placement.severalArchitectures,
    shadowed: shadowedSecrets(workload, ports, signal),
    nearTags: suggestions({ workload, ports, secrets, signal }),
    isSecretExpected: () => (expected ??= isExpected(secrets.missing, workload, ports, options, signal)),
    beyond: [...(beyond ? ['nodeTerms' as const] : []), ...workload.beyond],
  };
}

async function isExpected(
  missing: readonly string[],
  { namespace }: Workload,
  { announcements }: Ports,
  { missingSecret }: CheckOptions,
  signal: AbortSignal,
): Promise<boolean> {
  if (missingSecret === 'deny' || missing.length === 0) return false;
  if (missingSecret === 'warn') return true;
  for (const name of missing) {
    if ((await announcements.announcedBy(namespace, name, signal)) !== undefined) return true;
  }
  return false;
}
