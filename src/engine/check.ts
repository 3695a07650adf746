/**
 * The engine: what the product knows, and all of it. Pure: it imports only itself, and asks the world through `ports.ts`.
 * Here a plan becomes findings; `verdict.ts` makes of them what is done.
 */
import { checkImage, pullOf, type ImageContext } from './check-image.ts';
import type { CheckOptions } from './check-options.ts';
import type { Finding } from './finding.ts';
import { pullKey } from './workload/image-use.ts';
import { nameImages, type NamedImage } from './workload/named-image.ts';
import type { NodeFacts } from './nodes/node.ts';
import { candidateNodes } from './nodes/placement.ts';
import { distinctPlatforms } from './image/platform.ts';
import type { Plan } from './plan.ts';
import type { Ports } from './ports.ts';
import { readPullSecrets } from './pull-secrets.ts';
import { secretFindings } from './secret-findings.ts';

/**
 * Could the kubelet pull every image of the plan? Answers with what is wrong, in the order of the object's images; an
 * empty list is a yes. When `signal` aborts, what has finished stands and the rest is `not-checked`.
 */
export async function checkWorkload(
  plan: Plan,
  ports: Ports,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const images = nameImages(plan.uses, plan.workload.template, options);
  if (images.length === 0) return [];
  const deadline = abortOf(signal);
  try {
    const context = await deadline.orUndefined(prepare(plan, ports, options, signal));
    if (context === undefined) return images.map(unfinished);
    const check = oncePerPull((image) => deadline.orUndefined(checkImage(image, context)));
    const checks = images.map(async (image) => {
      const findings = await check(image);
      return findings?.map((finding) => about(image, finding)) ?? [unfinished(image)];
    });
    const ofImages = (await Promise.all(checks)).flat();
    const pulls = images.flatMap((image) => pullOf(image, context) ?? []);
    return [...ofImages, ...secretFindings(context.secrets, pulls, ofImages)];
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
  const all = nodes ?? [];
  const candidates = candidateNodes(workload.podSpec, all);
  const seen = candidates.map((node) => node.platform);
  return {
    workload,
    ports,
    options,
    signal,
    secrets,
    candidates,
    wanted: distinctPlatforms(seen.length > 0 ? seen : options.platforms),
    readConfig: options.readConfig || hasSeveralArchitectures(all),
  };
}

function hasSeveralArchitectures(nodes: readonly NodeFacts[]): boolean {
  return new Set(nodes.map(({ platform }) => `${platform.os}/${platform.architecture}`)).size > 1;
}

/** A workload may run one image in thousands of containers: that is one pull, and what is wrong with it is so for each. */
function oncePerPull<T>(check: (image: NamedImage) => Promise<T>): (image: NamedImage) => Promise<T> {
  const checks = new Map<string, Promise<T>>();
  return (image) => {
    const key = pullKey(image.use);
    const known = checks.get(key) ?? check(image);
    checks.set(key, known);
    return known;
  };
}

interface Deadline {
  /** What `work` comes to, or undefined once the signal has aborted; what is thrown before that is a bug and goes on. */
  orUndefined<T>(work: Promise<T>): Promise<T | undefined>;
  release(): void;
}

/** One listener for all the images of a workload, of which there may be thousands. */
function abortOf(signal: AbortSignal): Deadline {
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

/** A finding of one pull, as a finding of one of the places that name its image. */
function about({ use, parsed }: NamedImage, finding: Finding): Finding {
  return parsed.kind === 'reference' ? { ...finding, use, reference: parsed.reference } : { ...finding, use };
}

function unfinished(image: NamedImage): Finding {
  const host = image.parsed.kind === 'reference' ? image.parsed.reference.registry : '';
  return about(image, { kind: 'not-checked', answer: { kind: 'not-asked', reason: 'deadline', host } });
}
