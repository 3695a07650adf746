import type { NotAsked } from './answer.ts';
import { pullOf } from './check-image.ts';
import { checkOnNodes, forImage } from './check-on-nodes.ts';
import type { CheckOptions } from './check-options.ts';
import { deadlineOf } from './deadline.ts';
import type { Finding } from './finding.ts';
import { imageContext, type ImageContext } from './image-context.ts';
import { limitFinding } from './limit-finding.ts';
import { limits } from './limits.ts';
import { pullKey } from './workload/image-use.ts';
import { nameImages, type NamedImage } from './workload/named-image.ts';
import { mindOtherNodes } from './node-rules.ts';
import type { Plan } from './plan.ts';
import type { Ports } from './ports.ts';
import { secretFindings } from './secret-findings.ts';
import { createTurns } from '../lib/turns.ts';

/** How many images are started in one step. Most of the work for an image is done in the step that starts it. */
const imagesPerStep = 4;

/** How many images of one registry are checked at the same time, so that one object does not fill the queue for it. */
const imagesPerHost = 64;

/**
 * Checks whether the kubelet could pull every image of the plan. Returns the findings in the order of the images in the
 * object; an empty list means that nothing is wrong. If `signal` aborts, the findings of finished images are kept, and
 * each other image gets `not-checked`. So does an image whose check ends with an unexpected error. Throws only for a
 * bug outside the check of images.
 */
export async function checkWorkload(
  plan: Plan,
  ports: Ports,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const images = nameImages(plan.uses, plan.workload.template, options);
  if (images.length === 0 && plan.workload.beyond.length === 0) return [];
  const deadline = deadlineOf(signal);

  /** The result of `work`, or why there is none. */
  async function guarded<T extends object>(work: Promise<T>): Promise<T | 'deadline' | 'bug'> {
    try {
      return (await deadline.orUndefined(work)) ?? 'deadline';
    } catch (error) {
      ports.onBug(error);
      return 'bug';
    }
  }

  try {
    const context = await guarded(imageContext(plan, ports, options, signal));
    if (typeof context === 'string') return images.map((image) => notChecked(image, context));
    const isWithin = hostLimit();
    const inTurn = createTurns(imagesPerHost);
    const check = oncePerPull(async (image) => {
      if (signal.aborted) return 'deadline';
      if (!isWithin(image)) return [limitFinding('hosts', image.use, hostOf(image))];
      return guarded(
        inTurn(hostOf(image), () => {
          signal.throwIfAborted();
          return checkOnNodes(image, context);
        }),
      );
    });
    const checks: Promise<readonly Finding[]>[] = [];
    for (const [at, image] of images.entries()) {
      if (at > 0 && at % imagesPerStep === 0 && !signal.aborted) await ports.breathe();
      checks.push(check(image).then((result) => findingsFor(image, result)));
    }
    return await withSecretFindings((await Promise.all(checks)).flat(), images, context);
  } finally {
    deadline.release();
  }
}

/** Adds what is wrong with the workload itself to what is wrong with its images. */
async function withSecretFindings(
  ofImages: readonly Finding[],
  images: readonly NamedImage[],
  context: ImageContext,
): Promise<readonly Finding[]> {
  const { secrets, placement, ports, beyond } = context;
  const pulls = images.flatMap((image) => pullOf(image, context) ?? []);
  const ofSecrets = await secretFindings(secrets, pulls, ofImages, ports.breathe);
  const ofWorkload = [...ofSecrets, ...beyond.map((limit) => limitFinding(limit))];
  return [...ofImages, ...ofWorkload.map((finding) => mindOtherNodes(finding, placement.nodes))];
}

/** Returns whether the registry of an image is one of the first that the workload names. */
function hostLimit(): (image: NamedImage) => boolean {
  const hosts = new Set<string>();
  return (image) => {
    const host = hostOf(image);
    // No registry is asked for an image with an invalid name, or one that is never pulled.
    if (host === '' || image.use.pullPolicy === 'Never') return true;
    if (hosts.size < limits.hosts) hosts.add(host);
    return hosts.has(host);
  };
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

function findingsFor(image: NamedImage, result: readonly Finding[] | 'deadline' | 'bug'): readonly Finding[] {
  return typeof result === 'string' ? [notChecked(image, result)] : result.map((finding) => forImage(image, finding));
}

function notChecked(image: NamedImage, reason: NotAsked['reason']): Finding {
  return forImage(image, { kind: 'not-checked', answer: { kind: 'not-asked', reason, host: hostOf(image) } });
}

function hostOf({ parsed }: NamedImage): string {
  return parsed.kind === 'reference' ? parsed.reference.registry : '';
}
