import { checkImage, pullOf, type ImageContext } from './check-image.ts';
import type { CheckOptions } from './check-options.ts';
import type { Finding } from './finding.ts';
import { pullKey } from './workload/image-use.ts';
import { nameImages, type NamedImage } from './workload/named-image.ts';
import type { NodeFacts } from './nodes/node.ts';
import { mindOtherNodes } from './node-rules.ts';
import { candidateNodes } from './nodes/placement.ts';
import { wantedPlatforms } from './nodes/wanted-platforms.ts';
import type { Plan } from './plan.ts';
import type { Ports } from './ports.ts';
import { readPullSecrets } from './pull-secrets.ts';
import { secretFindings } from './secret-findings.ts';

/**
 * Checks whether the kubelet could pull every image of the plan. Returns the findings in the order of the images in the
 * object; an empty list means that nothing is wrong. If `signal` aborts, the findings of finished images are kept, and
 * each other image gets `not-checked`. Throws only for a bug.
 */
export async function checkWorkload(
  plan: Plan,
  ports: Ports,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const images = nameImages(plan.uses, plan.workload.template, options);
  if (images.length === 0) return [];
  const deadline = deadlineOf(signal);
  try {
    const context = await deadline.orUndefined(prepare(plan, ports, options, signal));
    if (context === undefined) return images.map(notChecked);
    const check = oncePerPull((image) => deadline.orUndefined(checkImage(image, context)));
    const checks = images.map(async (image) => {
      const findings = await check(image);
      return findings?.map((finding) => forImage(image, finding)) ?? [notChecked(image)];
    });
    const ofImages = (await Promise.all(checks)).flat();
    const pulls = images.flatMap((image) => pullOf(image, context) ?? []);
    const findings = [...ofImages, ...secretFindings(context.secrets, pulls, ofImages)];
    return findings.map((finding) => mindOtherNodes(finding, context.candidates.nodes));
  } finally {
    deadline.release();
  }
}

async function prepare(plan: Plan, ports: Ports, options: CheckOptions, signal: AbortSignal): Promise<ImageContext> {
  const { workload, serviceAccountApplied } = plan;
  const [secrets, nodes] = await Promise.all([
    readPullSecrets(workload, serviceAccountApplied, ports.cluster, signal),
    ports.nodes.nodes(signal),
  ]);
  const { nodes: knownNodes, ageMs } = nodes ?? { nodes: [], ageMs: 0 };
  const candidates = candidateNodes(workload.podSpec, knownNodes);
  return {
    workload,
    ports,
    options,
    signal,
    secrets,
    candidates: { nodes: candidates, ageMs },
    ...wantedPlatforms(workload.podSpec, candidates, options.platforms),
    readConfig: options.readConfig || hasSeveralArchitectures(knownNodes),
  };
}

function hasSeveralArchitectures(nodes: readonly NodeFacts[]): boolean {
  return new Set(nodes.map(({ platform }) => `${platform.os}/${platform.architecture}`)).size > 1;
}

/** A workload may use one image in thousands of containers. It is checked once, and the findings apply to each use. */
function oncePerPull<T>(check: (image: NamedImage) => Promise<T>): (image: NamedImage) => Promise<T> {
  const checks = new Map<string, Promise<T>>();
  return (image) => {
    const key = pullKey(image.use);
    const started = checks.get(key) ?? check(image);
    checks.set(key, started);
    return started;
  };
}

interface Deadline {
  /**
   * Returns the result of `work`, or undefined after the signal aborts. Throws an earlier error, because it is a bug.
   */
  orUndefined<T>(work: Promise<T>): Promise<T | undefined>;
  release(): void;
}

/** One listener serves all images of a workload, because there may be thousands. */
function deadlineOf(signal: AbortSignal): Deadline {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const onAbort = () => resolve(undefined);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    orUndefined: (work) => Promise.race([work.catch((error: unknown) => unlessAborted(error, signal)), aborted]),
    release: () => signal.removeEventListener('abort', onAbort),
  };
}

function unlessAborted(error: unknown, signal: AbortSignal): undefined {
  if (signal.aborted) return undefined;
  throw error;
}

/** Several uses share one pull. This copies a finding of the pull to one of the uses. */
function forImage({ use, parsed }: NamedImage, finding: Finding): Finding {
  return parsed.kind === 'reference' ? { ...finding, use, reference: parsed.reference } : { ...finding, use };
}

function notChecked(image: NamedImage): Finding {
  const host = image.parsed.kind === 'reference' ? image.parsed.reference.registry : '';
  return forImage(image, { kind: 'not-checked', answer: { kind: 'not-asked', reason: 'deadline', host } });
}
