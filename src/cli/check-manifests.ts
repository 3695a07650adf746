import { descend, textAt } from '../lib/json.ts';
import { plansOf, type Plan } from '../engine/plan.ts';
import { review, type ReviewOptions } from '../engine/review.ts';
import { subjectOf } from '../words/by-kind.ts';
import { groupToday } from './gone-versions.ts';
import type { Manifest } from './manifest.ts';
import type { CheckedObject } from './report.ts';
import { withoutOfflineNoise, type AnnouncedHere } from './without-offline-noise.ts';

export interface CheckManifestsOptions extends ReviewOptions {
  /** The namespace of objects that do not name one. */
  readonly namespace: string;
  /** Finds secrets that other manifests announce. */
  readonly announcedHere: AnnouncedHere;
  /** Time limit per object, in ms. */
  readonly timeoutMs: number;
  /** Runs `task`. It limits how many tasks run at the same time. */
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
}

/**
 * Returns what the webhook would decide about each workload in `manifests` if it were created now. Images that are not
 * checked within the time limit are `not-checked`. Throws if `stop` aborts, or for a bug.
 */
export async function checkManifests(
  manifests: readonly Manifest[],
  options: CheckManifestsOptions,
  stop: AbortSignal,
): Promise<readonly CheckedObject[]> {
  const checked = manifests.map(async (manifest) => {
    const plans = plansOfManifest(manifest, options.namespace);
    return plans.length === 0 ? [] : options.inTurn(() => checkObject(manifest, plans, options, stop));
  });
  return (await Promise.all(checked)).flat();
}

/**
 * Returns the plans for a manifest. Empty if it does not pull an image. `admitted` is false because no API server has
 * copied the pull secrets of the ServiceAccount into the object, not even into a Pod.
 */
function plansOfManifest({ object }: Manifest, namespace: string): readonly Plan[] {
  return plansOf({
    group: groupToday(object),
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
  const checkWithoutNoise: ReviewOptions['check'] = async (plan, signal) =>
    withoutOfflineNoise(await check(plan, signal), plan.workload.namespace, announcedHere);
  const verdict = await review(plans, { rules, namespaces, check: checkWithoutNoise }, signal);
  stop.throwIfAborted();
  const [first] = plans;
  if (verdict === undefined || first === undefined) return [];
  const images = plans.flatMap(({ uses }) => uses.map(({ image }) => image));
  return [{ manifest, subject: subjectOf(first.workload, false), images, verdict }];
}
