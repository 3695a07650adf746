import { pullKey, type ImageUse } from './image-use.ts';
import type { Workload } from './workload.ts';

/**
 * Returns the uses in `now` that must be checked after an update from `before`: those with a new image or pull policy,
 * or all of them if the pull secrets or the ServiceAccount changed. Empty if only something else changed, such as the
 * number of replicas, a label or the status.
 */
export function changedUses(before: Workload, now: Workload): readonly ImageUse[] {
  if (credentialsOf(before) !== credentialsOf(now)) return now.uses;
  const unchanged = new Set(before.uses.map(pullKey));
  return now.uses.filter((use) => !unchanged.has(pullKey(use)));
}

function credentialsOf(workload: Workload): string {
  return JSON.stringify([workload.serviceAccount, workload.pullSecrets]);
}
