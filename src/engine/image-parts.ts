import type { Descriptor, Failure } from './answer.ts';
import { failureFinding } from './failure-finding.ts';
import type { Details, Finding } from './finding.ts';
import type { ImageUse } from './workload/image-use.ts';
import type { Question, Registry } from './ports.ts';
import { pickPlatform, type Platform } from './image/platform.ts';

/** How far below the reference's own manifest an image is looked at. */
export interface Depth {
  /** Platforms of the nodes that may take the image; none: variants are not looked at. */
  readonly wanted: readonly Platform[];
  /** Whether a single manifest's config is read for its platform: one small blob more. */
  readonly readConfig: boolean;
  /** Whether config and layers are asked for by HEAD: a half-pushed image is found before the node finds it. */
  readonly deep: boolean;
}

/** An image that a registry has, and how it is asked for. */
export interface Asked {
  readonly registry: Registry;
  readonly question: Question;
  readonly signal: AbortSignal;
}

/** An image that the registry has, and where the workload names it. */
export interface Reached extends Asked {
  readonly use: ImageUse;
}

/** What is wrong with the manifest of one image: its config's platform, and (`deep`) config and layers that are not there. */
export async function checkParts(reached: Reached, image: Descriptor, depth: Depth): Promise<readonly Finding[]> {
  const { registry, question, use, signal } = reached;
  const answer = await registry.manifest(question, image, signal);
  if (answer.kind === 'index') return [];
  if (answer.kind !== 'image') return [partFinding(use, 'manifest', image, answer)];
  const config = checkConfig(reached, answer.config, depth);
  const layers = depth.deep ? distinct(answer.layers).map((layer) => checkLayer(reached, layer)) : [];
  return (await Promise.all([config, ...layers])).flat();
}

async function checkConfig(reached: Reached, config: Descriptor, depth: Depth): Promise<readonly Finding[]> {
  const { registry, question, use, signal } = reached;
  const answer = await registry.blob(question, config, depth.readConfig, signal);
  if (answer.kind !== 'present') return [partFinding(use, 'config', config, answer)];
  const { platform } = answer;
  if (platform === undefined || !depth.readConfig) return [];
  // A runtime looks for a platform in an index only: this image is pulled all the same, and dies with `exec format error`.
  const unfit = depth.wanted.filter((wanted) => pickPlatform(wanted, [platform]) === undefined);
  if (unfit.length === 0) return [];
  const finding = { kind: 'wrong-platform', use, wanted: unfit, offered: platform } as const;
  return [unfit.length < depth.wanted.length ? { ...finding, mitigation: 'some-nodes' } : finding];
}

async function checkLayer(reached: Reached, layer: Descriptor): Promise<readonly Finding[]> {
  const answer = await reached.registry.blob(reached.question, layer, false, reached.signal);
  return answer.kind === 'present' ? [] : [partFinding(reached.use, 'layer', layer, answer)];
}

/** A part that is refused or not there makes the image incomplete; a registry that is out says nothing of the part. */
export function partFinding(
  use: ImageUse,
  part: Details['image-incomplete']['part'],
  { digest }: Descriptor,
  answer: Failure,
): Finding {
  if (answer.kind === 'not-found' || answer.kind === 'refused' || answer.kind === 'incomplete') {
    const mitigated = answer.otherHost === undefined ? {} : { mitigation: 'other-host' as const };
    return { kind: 'image-incomplete', use, part, digest, answer, ...mitigated };
  }
  return failureFinding({ use, cause: answer, attempts: [{ answer }], unused: [], nearestTags: [], hidden: false });
}

function distinct(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()];
}
