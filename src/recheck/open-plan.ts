import type { Plan } from '../engine/plan.ts';
import type { Finding } from '../engine/finding.ts';
import type { ImageUse } from '../engine/workload/image-use.ts';
import { outlook } from './outlook.ts';

/**
 * Returns the parts of the `plans` of one object to check again. `before` has the plans of the object before this
 * change that still wait for a recheck; the images in them that did not change still wait. Empty if nothing is to be
 * checked.
 */
export function openPlans(
  plans: readonly Plan[],
  findings: readonly Finding[],
  before: readonly Plan[],
): readonly Plan[] {
  return plans.flatMap((plan) => {
    const paths = new Set(plan.workload.uses.map(({ path }) => path));
    const waiting = before.flatMap(({ uses }) => uses).filter(({ path }) => paths.has(path));
    return openPlan(plan, findings, waiting) ?? [];
  });
}

/**
 * Returns `plan` with only the uses to check again: those with an open finding, or all if an open finding concerns the
 * whole workload, and those that wait already and did not change. Undefined if there are none.
 */
function openPlan(plan: Plan, findings: readonly Finding[], waiting: readonly ImageUse[]): Plan | undefined {
  const open = findings.filter((finding) => outlook(finding) === 'open');
  const concernsAll = open.some(({ use }) => use === undefined);
  const paths = new Set(open.map(({ use }) => use?.path));
  const found = plan.uses.filter(({ path }) => concernsAll || paths.has(path));

  const checkedNow = new Set(plan.uses.map(({ path }) => path));
  const current = new Set(plan.workload.uses.map(({ path, image }) => `${path} ${image}`));
  const unchanged = waiting.filter(({ path, image }) => !checkedNow.has(path) && current.has(`${path} ${image}`));
  const uses = [...unchanged, ...found];
  return uses.length === 0 ? undefined : { ...plan, uses };
}
