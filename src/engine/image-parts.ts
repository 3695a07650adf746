import type { Descriptor, Evidence, Failure, Incomplete, ManifestAnswer } from './answer.ts';
import { failureFinding } from './failure-finding.ts';
import type { Details, Finding } from './finding.ts';
import type { ImageUse } from './workload/image-use.ts';
import type { Question, Registry } from './ports.ts';
import { pickPlatform, type Platform } from './image/platform.ts';
import { isLayerType } from './image/layer-type.ts';
import { pullsWithoutTransfer, type RuntimeKind } from './nodes/runtime-kind.ts';
import { limitFinding } from './limit-finding.ts';
import { limits } from './limits.ts';

/** How much of an image is checked in addition to the manifest that the reference names. */
export interface Depth {
  /** The platforms of the nodes that may pull the image. Empty: platforms are not checked. */
  readonly wanted: readonly Platform[];
  /** Whether the pod may also run on other nodes, if it gets a toleration of their taints. */
  readonly tainted: boolean;
  /** Whether to read the platform from the config of a single manifest. This needs one more small request. */
  readonly readConfig: boolean;
  /** Whether to send HEAD for the config and the layers. This finds an incomplete push. */
  readonly deep: boolean;
}

/** The data that every request about one image needs. */
export interface ImageRequest {
  readonly registry: Registry;
  readonly question: Question;
  readonly signal: AbortSignal;
}

/** An image that the registry has, and the place in the workload that names it. */
export interface ImageInRegistry extends ImageRequest {
  readonly use: ImageUse;
}

/**
 * Returns what is wrong with the manifest of one image: the manifest or config cannot be read, or the config has the
 * wrong platform; with `deep` also missing layers. Throws only if the signal aborts, or for a bug.
 */
export async function checkParts(
  image: ImageInRegistry,
  manifest: Descriptor,
  depth: Depth,
): Promise<readonly Finding[]> {
  const { registry, question, use, signal } = image;
  const answer = await registry.manifest(question, manifest, signal);
  if (answer.kind === 'index') return [];
  if (answer.kind !== 'image') return [partFinding(use, 'manifest', manifest, answer)];
  const config = checkConfig(image, answer, depth);
  const different = depth.deep ? distinct(answer.layers) : [];
  const layers = different.slice(0, limits.layers).map((layer) => checkLayer(image, layer));
  return [
    ...(await Promise.all([config, ...layers])).flat(),
    ...(different.length > layers.length ? [limitFinding('layers', use, question.reference.registry)] : []),
    ...encryptedFindings(image, answer.layers),
  ];
}

/** A node without the key fails. Which keys the nodes have is not known. Media types of containers/ocicrypt. */
function encryptedFindings(image: ImageInRegistry, layers: readonly Descriptor[]): readonly Finding[] {
  const first = layers.find(({ mediaType }) => mediaType.endsWith('+encrypted'));
  if (first === undefined) return [];
  const answer = incomplete(image, 'manifest', 'encrypted');
  return [{ ...partFinding(image.use, 'layer', first, answer), mitigation: 'runtime' }];
}

/** What was read itself shows that the image cannot be used. */
function incomplete({ question }: ImageInRegistry, asked: Evidence['asked'], reason: Incomplete['reason']): Incomplete {
  return { kind: 'incomplete', reason, evidence: { host: question.reference.registry, asked, method: 'GET' } };
}

async function checkConfig(
  image: ImageInRegistry,
  { config, layers }: Extract<ManifestAnswer, { kind: 'image' }>,
  depth: Depth,
): Promise<readonly Finding[]> {
  if (config === undefined) return [];
  const { registry, question, use, signal } = image;
  const answer = await registry.blob(question, config, depth.readConfig || depth.deep, signal);
  if (answer.kind !== 'present') return [partFinding(use, 'config', config, answer)];
  const unpacked = unpackedLayers(question.runtime, config, layers);
  if (depth.deep && answer.layers !== undefined && unpacked !== undefined && answer.layers !== unpacked) {
    return [partFinding(use, 'config', config, incomplete(image, 'blob', 'layer-count'))];
  }
  const { platform } = answer;
  if (platform === undefined || !depth.readConfig) return [];
  // A runtime compares platforms only in an index. It pulls this image, then the container fails: `exec format error`.
  const unfit = depth.wanted.filter((wanted) => pickPlatform(wanted, [platform]) === undefined);
  if (unfit.length === 0) return [];
  const finding = { kind: 'wrong-platform', use, wanted: unfit, offered: platform } as const;
  return [depth.tainted || unfit.length < depth.wanted.length ? { ...finding, mitigation: 'some-nodes' } : finding];
}

/**
 * How many layers the config must list. Undefined if it does not matter: the transfer service of containerd 2 unpacks only
 * images, and not other artifacts such as a build cache. Mirrors getLayers of containerd v1.7.35 image.go.
 */
function unpackedLayers(runtime: RuntimeKind, config: Descriptor, layers: readonly Descriptor[]): number | undefined {
  // CRI-O compares each layer with its entry in the config, so an image without layers has nothing to compare.
  if (runtime === 'cri-o' && layers.length === 0) return undefined;
  if (pullsWithoutTransfer(runtime)) return layers.filter(({ mediaType }) => isLayerType(mediaType)).length;
  return imageConfigs.has(config.mediaType) ? layers.length : undefined;
}

const imageConfigs: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

async function checkLayer(image: ImageInRegistry, layer: Descriptor): Promise<readonly Finding[]> {
  const answer = await image.registry.blob(image.question, layer, false, image.signal);
  return answer.kind === 'present' ? [] : [partFinding(image.use, 'layer', layer, answer)];
}

/**
 * Returns the finding for a part that could not be read: `image-incomplete` if the part is missing or refused. Other
 * failures say nothing about the part, and get the same finding as a failed pull.
 */
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
