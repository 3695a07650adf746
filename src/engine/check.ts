import { checkImage, type ImageContext } from './check-image.ts';
import type { CheckOptions } from './check-options.ts';
import type { Finding } from './finding.ts';
import { parseImageReference } from './image-reference.ts';
import type { ImageUse } from './image-use.ts';
import type { NodeFacts } from './node.ts';
import { candidateNodes } from './placement.ts';
import type { Ports } from './ports.ts';
import { readPullSecrets, secretFindings } from './pull-secrets.ts';
import { distinctPlatforms } from './variants.ts';
import type { Workload } from './workload.ts';

/** What is to be checked: a workload, and which of its images. */
export interface Plan {
  readonly workload: Workload;
  readonly uses: readonly ImageUse[];
  /**
   * Whether the API server's ServiceAccount plugin has been at the object: it copies the ServiceAccount's pull secrets
   * onto a pod that lists none, and never touches a template.
   */
  readonly serviceAccountApplied: boolean;
}

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
  if (plan.uses.length === 0) return [];
  const context = await beforeAbort(prepare(plan, ports, options, signal), signal);
  if (context === undefined) return plan.uses.map((use) => unfinished(use));
  const findings = await Promise.all(
    plan.uses.map(async (use) => (await beforeAbort(checkImage(use, context), signal)) ?? [unfinished(use)]),
  );
  const ofImages = findings.flat();
  return [...ofImages, ...secretFindings(context.secrets, plan.uses, ofImages)];
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

/** What `work` comes to, or undefined once `signal` has aborted; what is thrown before that is a bug and goes on. */
async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const onAbort = () => resolve(undefined);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const settled = work.catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  try {
    return await Promise.race([settled, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function unfinished(use: ImageUse): Finding {
  const parsed = parseImageReference(use.image);
  const host = parsed.kind === 'reference' ? parsed.reference.registry : '';
  return { kind: 'not-checked', use, answer: { kind: 'not-asked', reason: 'deadline', host } };
}
