import { pullKey, type ImageUse } from './image-use.ts';
import type { Workload } from './workload.ts';

/**
 * What of `now` an UPDATE must have checked: uses whose image or pull policy is new, or all of them where the
 * pull secrets or the ServiceAccount changed. A scale, a label or a status change leaves nothing.
 */
export function changedUses(before: Workload, now: Workload): readonly ImageUse[] {
  if (credentialsOf(before) !== credentialsOf(now)) return now.uses;
  const known = new Set(before.uses.map(pullKey));
  return now.uses.filter((use) => !known.has(pullKey(use)));
}

function credentialsOf(workload: Workload): string {
  return JSON.stringify([workload.serviceAccount, workload.pullSecrets]);
}
