import { descend, textAt } from '../lib/json.ts';
import { plansOf, type Plan } from '../engine/plan.ts';
import { kindByShape } from '../engine/workload/pod-shape.ts';
import type { KindOf } from '../engine/workload/workload-kind.ts';
import { reviewWithin, type ReviewOptions } from '../engine/review.ts';
import { subjectOf } from '../words/by-kind.ts';
import { groupToday } from './gone-versions.ts';
import type { Manifest } from './manifest.ts';
import { countPassedOver, type PassedOver, type PassedOverReason } from '../words/passed-over.ts';
import type { CheckedObject } from './report.ts';
import { withoutOfflineNoise, type AnnouncedHere } from './without-offline-noise.ts';

export interface CheckManifestsOptions extends ReviewOptions {
  /** The kinds that are known. An object of another kind is checked by its shape. */
  readonly kindOf: KindOf;
  /** The namespace of objects that do not name one. */
  readonly namespace: string;
  /** Finds secrets that other manifests announce. */
  readonly announcedHere: AnnouncedHere;
  /** Time limit per object, in ms. */
  readonly timeoutMs: number;
  /** Runs `task`. It limits how many tasks run at the same time. */
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
  /** Called before the first object and after each, with the number of objects that are done, and of all. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** What the manifests gave: the objects that were checked, and the count of the others. */
export interface CheckedManifests {
  readonly objects: readonly CheckedObject[];
  readonly passedOver: readonly PassedOver[];
}

/**
 * Returns what the webhook would decide about each workload in `manifests` if it were created now. Images that are not
 * checked within the time limit are `not-checked`. Throws if `stop` aborts, or for a bug.
 */
export async function checkManifests(
  manifests: readonly Manifest[],
  options: CheckManifestsOptions,
  stop: AbortSignal,
): Promise<CheckedManifests> {
  const objects: CheckedObject[] = [];
  const skipped: Skipped[] = [];
  let all = 0;
  let done = 0;
  const checking = manifests.map(async (manifest) => {
    const plans = plansOfManifest(manifest, options);
    if (plans.length === 0) return skippedFor('no-image', manifest);
    all += 1;
    const result = await options.inTurn(() => checkObject(manifest, plans, options, stop));
    done += 1;
    options.onProgress?.(done, all);
    return result;
  });
  options.onProgress?.(done, all);
  for (const result of await Promise.all(checking)) {
    if ('reason' in result) skipped.push(result);
    else objects.push(result);
  }
  return { objects, passedOver: countPassedOver(skipped) };
}

type Skipped = Omit<PassedOver, 'count'>;

function skippedFor(reason: PassedOverReason, { object }: Manifest): Skipped {
  return { kind: textAt(object, 'kind'), reason };
}

/**
 * Returns the plans for a manifest. Empty if it does not pull an image. `admitted` is false because no API server has
 * copied the pull secrets of the ServiceAccount into the object, not even into a Pod.
 */
function plansOfManifest({ object }: Manifest, { namespace, kindOf }: CheckManifestsOptions): readonly Plan[] {
  const planned = {
    group: groupToday(object),
    kind: textAt(object, 'kind'),
    object,
    namespace: textAt(descend(object, ['metadata']), 'namespace') || namespace,
    admitted: false,
  };
  return plansOf(planned, (group, kind) => kindOf(group, kind) ?? kindByShape(group, kind, object));
}

async function checkObject(
  manifest: Manifest,
  plans: readonly Plan[],
  { rules, check, namespaces, announcedHere, timeoutMs }: CheckManifestsOptions,
  stop: AbortSignal,
): Promise<CheckedObject | Skipped> {
  const checkWithoutNoise: ReviewOptions['check'] = async (plan, signal) =>
    withoutOfflineNoise(await check(plan, signal), plan.workload.namespace, announcedHere);
  const verdict = await reviewWithin(timeoutMs, plans, { rules, namespaces, check: checkWithoutNoise }, stop);
  const [first] = plans;
  if (verdict === undefined || first === undefined) return skippedFor('off', manifest);
  const images = plans.flatMap(({ uses }) => uses.map(({ image }) => image));
  const apiVersion = textAt(manifest.object, 'apiVersion');
  return { source: manifest, apiVersion, subject: subjectOf(first.workload, false), images, verdict };
}
