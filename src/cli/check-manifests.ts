import { descend, textAt } from '../lib/json.ts';
import { plansOf, type Plan } from '../engine/plan.ts';
import { review, type ReviewOptions } from '../engine/review.ts';
import { groupOf } from '../engine/workload/workload-kind.ts';
import { subjectOf } from '../words/by-kind.ts';
import type { Manifest } from './manifest.ts';
import type { CheckedObject, CheckReport } from './report.ts';
import { withoutOfflineNoise, type AnnouncedHere } from './without-offline-noise.ts';

export interface CheckManifestsOptions extends ReviewOptions {
  /** For objects that name none. */
  readonly namespace: string;
  readonly announcedHere: AnnouncedHere;
  /** For one object, in ms. */
  readonly timeoutMs: number;
  /** Runs a few at a time. */
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
}

/** The door of `pullgate check`: what the webhook would say of every workload among the manifests, if it were created now. */
export async function checkManifests(
  manifests: readonly Manifest[],
  options: CheckManifestsOptions,
  stop: AbortSignal,
): Promise<CheckReport> {
  const checked = manifests.map(async (manifest) => {
    const plans = plansOfManifest(manifest, options.namespace);
    return plans.length === 0 ? [] : options.inTurn(() => checkObject(manifest, plans, options, stop));
  });
  return { objects: (await Promise.all(checked)).flat() };
}

/** Empty: nothing that pulls an image. No API server has seen it: not even a Pod has its ServiceAccount's secrets. */
function plansOfManifest({ object }: Manifest, namespace: string): readonly Plan[] {
  return plansOf({
    group: groupOf(textAt(object, 'apiVersion')),
    kind: textAt(object, 'kind'),
    object,
    namespace: textAt(descend(object, ['metadata']), 'namespace') || namespace,
    admitted: false,
  });
}

async function checkObject(
  manifest: Manifest,
  plans: readonly Plan[],
  { rules, check, namespaces, announcedHere, timeoutMs }: CheckManifestsOptions,
  stop: AbortSignal,
): Promise<readonly CheckedObject[]> {
  stop.throwIfAborted();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  const quietly: ReviewOptions['check'] = async (plan, signal) =>
    withoutOfflineNoise(await check(plan, signal), plan.workload.namespace, announcedHere);
  const verdict = await review(plans, { rules, namespaces, check: quietly }, signal);
  stop.throwIfAborted();
  const [first] = plans;
  if (verdict === undefined || first === undefined) return [];
  const images = plans.flatMap(({ uses }) => uses.map(({ image }) => image));
  return [{ manifest, subject: subjectOf(first.workload, false), images, verdict }];
}
