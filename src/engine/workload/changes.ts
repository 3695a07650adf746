import { pullKey, type ImageUse } from './image-use.ts';
import type { Workload } from './workload.ts';

/**
 * Returns the uses in `now` that must be checked after an update of an object with the workloads `before`: those with a
 * new image or pull policy, or all of them if the pull secrets or the ServiceAccount changed. Empty if only something
 * else changed, such as the number of replicas, a label or the status.
 */
export function changedUses(before: readonly Workload[], now: Workload): readonly ImageUse[] {
  const credentials = credentialsOf(now);
  const same = before.filter((workload) => credentialsOf(workload) === credentials);
  if (same.length === 0) return now.uses;
  const unchanged = new Set(same.flatMap(({ uses }) => uses.map(pullKey)));
  return now.uses.filter((use) => !unchanged.has(pullKey(use)));
}

function credentialsOf(workload: Workload): string {
  return JSON.stringify([workload.serviceAccount, workload.pullSecrets]);
}
