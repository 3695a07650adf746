import type { Plan } from '../engine/plan.ts';
import type { Finding } from '../engine/finding.ts';
import { outlook } from './outlook.ts';

/**
 * What to check again of the `plans` of one object, given what was found; `before` is what still waited for the object as
 * it was, and of that what this change left alone. Empty: nothing.
 */
export function openPlans(
  plans: readonly Plan[],
  findings: readonly Finding[],
  before: readonly Plan[],
): readonly Plan[] {
  return plans.flatMap((plan) => {
    const paths = new Set(plan.workload.uses.map(({ path }) => path));
    const same = before.find(({ uses }) => uses.some(({ path }) => paths.has(path)));
    return openPlan(plan, findings, same) ?? [];
  });
}

/**
 * What of `plan` to look at again: the uses with an open finding, or all where one concerns the whole workload; and
 * what waited from `before`, where this change of the object left it as it was. Undefined: nothing.
 */
function openPlan(plan: Plan, findings: readonly Finding[], before: Plan | undefined): Plan | undefined {
  const open = findings.filter((finding) => outlook(finding) === 'open');
  const everywhere = open.some(({ use }) => use === undefined);
  const paths = new Set(open.map(({ use }) => use?.path));
  const found = plan.uses.filter(({ path }) => everywhere || paths.has(path));

  const checkedNow = new Set(plan.uses.map(({ path }) => path));
  const present = new Set(plan.workload.uses.map(({ path, image }) => `${path} ${image}`));
  const left = (before?.uses ?? []).filter(
    ({ path, image }) => !checkedNow.has(path) && present.has(`${path} ${image}`),
  );
  const uses = [...left, ...found];
  return uses.length === 0 ? undefined : { ...plan, uses };
}
