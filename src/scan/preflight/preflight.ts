import type { Finding, FindingKind } from '../../engine/finding.ts';
import { parseImageReference, repositoryName } from '../../engine/image/image-reference.ts';
import type { Verdict } from '../../engine/policy/verdict.ts';
import { causeOf, type Cause } from './cause.ts';

/** A running pod whose images a node has pulled, and what the webhook would decide about it. */
export interface RunningPod {
  readonly namespace: string;
  readonly name: string;
  /** Number of pods like this one: the same controller and the same images. */
  readonly count: number;
  readonly verdict: Verdict;
}

/** Images of one registry for which Pullgate and the nodes disagree for the same reason. */
export interface Disagreement {
  readonly registry: string;
  readonly cause: Cause;
  /** Whether enforcing would have refused a pod because of it. If not, the webhook would only warn. */
  readonly refused: boolean;
  /** Names of the images with their registry, without tag. Sorted, each once. */
  readonly repositories: readonly string[];
  /** The images as written. Sorted, each once. */
  readonly images: readonly string[];
  readonly kinds: readonly FindingKind[];
  /** `namespace/name` of the pods. */
  readonly pods: readonly string[];
  /** One of the findings, as an example. */
  readonly example: Finding;
}

/**
 * The result of a preflight. `safe`: enforcing would have refused nothing that runs. `refuses`: it would have refused
 * something. `unsaid`: nothing was refused, but a registry gave no answer about some images.
 */
export interface Preflight {
  readonly outcome: 'safe' | 'refuses' | 'unsaid';
  readonly pods: number;
  readonly refusedPods: number;
  /** Refusals first, then in the order of registries. */
  readonly disagreements: readonly Disagreement[];
}

/** Compares the verdicts on running pods with the fact that they run. */
export function preflight(pods: readonly RunningPod[]): Preflight {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    for (const finding of pod.verdict.denied) add(groups, pod, finding, true);
    for (const finding of pod.verdict.warned) add(groups, pod, finding, false);
  }
  const disagreements = [...groups.values()].map(finished).toSorted(byWeight);
  const refused = pods.filter(({ verdict }) => !verdict.allowed);
  const isUnsaid = disagreements.some(({ cause }) => cause === 'unsaid');
  return {
    outcome: refused.length > 0 ? 'refuses' : isUnsaid ? 'unsaid' : 'safe',
    pods: countOf(pods),
    refusedPods: countOf(refused),
    disagreements,
  };
}

interface Group {
  readonly registry: string;
  readonly cause: Cause;
  readonly refused: boolean;
  readonly example: Finding;
  readonly repositories: Set<string>;
  readonly images: Set<string>;
  readonly kinds: Set<FindingKind>;
  readonly pods: Set<string>;
}

function add(groups: Map<string, Group>, pod: RunningPod, finding: Finding, refused: boolean): void {
  const cause = causeOf(finding);
  // What the profile only warns about is no reason to wait with enforcing.
  if (cause === undefined || (!refused && (cause === 'policy' || cause === 'runtime'))) return;
  // A credential that the config already expects: the webhook warns about its images for good.
  if (!refused && finding.kind === 'access-unknown' && finding.because !== 'secret-unreadable') return;
  const parsed = parseImageReference(finding.use?.image ?? '');
  const reference = finding.reference ?? (parsed.kind === 'reference' ? parsed.reference : undefined);
  const registry = reference?.registry ?? '';
  const key = JSON.stringify([registry, cause, refused]);
  const group = groups.get(key) ?? {
    registry,
    cause,
    refused,
    example: finding,
    repositories: new Set(),
    images: new Set(),
    kinds: new Set(),
    pods: new Set(),
  };
  if (reference !== undefined) group.repositories.add(repositoryName(reference));
  if (finding.use !== undefined) group.images.add(finding.use.image);
  group.kinds.add(finding.kind);
  group.pods.add(`${pod.namespace}/${pod.name}`);
  groups.set(key, group);
}

function finished({ repositories, images, kinds, pods, ...group }: Group): Disagreement {
  return {
    ...group,
    repositories: sorted(repositories),
    images: sorted(images),
    kinds: sorted(kinds),
    pods: sorted(pods),
  };
}

function sorted<T extends string>(values: ReadonlySet<T>): readonly T[] {
  return [...values].toSorted(compare);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function byWeight(a: Disagreement, b: Disagreement): number {
  return Number(b.refused) - Number(a.refused) || compare(a.registry, b.registry);
}

function countOf(pods: readonly RunningPod[]): number {
  return pods.reduce((sum, { count }) => sum + count, 0);
}
