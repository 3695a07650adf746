import { limited } from '../lib/wait.ts';
import type { NotAsked } from './answer.ts';
import type { Finding } from './finding.ts';
import type { Plan } from './plan.ts';
import { withoutExempt, type Exemption } from './policy/exemption.ts';
import { policyForWorkload, warnOnly, type PolicyRules } from './policy/namespace-policy.ts';
import { judge, type Verdict } from './policy/verdict.ts';
import type { Namespaces } from './ports.ts';

/** Everything that decides what is done about findings: the policy of each namespace, and exemptions. */
export interface Rules extends PolicyRules {
  readonly exemptions: readonly Exemption[];
}

/**
 * Returns the findings of a plan. If `signal` aborts, returns at once, and images without a result get `not-checked`.
 * Throws only for a bug.
 */
export type Check = (plan: Plan, signal: AbortSignal) => Promise<readonly Finding[]>;

export interface ReviewOptions {
  readonly rules: Rules;
  readonly check: Check;
  /** Used only if a label may choose the profile. */
  readonly namespaces: Namespaces;
}

/**
 * Returns the verdict on the plans of one object, in five steps: namespace labels, policy, check, exemptions, verdict.
 * The webhook and `pullgate check` both use it. Undefined if there is nothing to check, or if the profile of the
 * namespace is `off`. Throws what the `check` function throws.
 */
export async function review(
  plans: readonly Plan[],
  { rules, check, namespaces }: ReviewOptions,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  const [first] = plans;
  if (first === undefined) return undefined;
  const { namespace } = first.workload;
  const labels = rules.namespaceLabel.profiles.length > 0 ? await labelsOf(namespaces, namespace, signal) : {};
  const policy = policyForWorkload(rules, first.workload, labels);
  if (policy === undefined) return undefined;
  const found = await Promise.all(plans.map((plan) => check(plan, signal)));
  return judge(withoutExempt(found.flat(), namespace, rules.exemptions), policy);
}

/**
 * Returns the verdict as `review` does, within `timeoutMs`, for one object of many. Throws the reason of `stop` if it
 * has aborted, because the findings are then not complete.
 */
export async function reviewWithin(
  timeoutMs: number,
  plans: readonly Plan[],
  options: ReviewOptions,
  stop: AbortSignal,
): Promise<Verdict | undefined> {
  stop.throwIfAborted();
  const verdict = await limited(timeoutMs, stop, (signal) => review(plans, options, signal));
  stop.throwIfAborted();
  return verdict;
}

/**
 * Returns the verdict on an object that was not checked, for `reason`. It does not read namespace labels. If a label
 * may choose a softer profile, the verdict only warns. Undefined in the same cases as for `review`.
 */
export function reviewUnchecked(plans: readonly Plan[], reason: NotAsked['reason'], rules: Rules): Verdict | undefined {
  const [first] = plans;
  const policy = first && policyForWorkload(rules, first.workload, {});
  if (first === undefined || policy === undefined) return undefined;
  const unchecked: Finding = { kind: 'not-checked', answer: { kind: 'not-asked', reason, host: '' } };
  const findings = withoutExempt([unchecked], first.workload.namespace, rules.exemptions);
  return judge(findings, rules.namespaceLabel.profiles.length > 0 ? warnOnly(policy) : policy);
}

/** If the labels cannot be read, they count as empty, so no label chooses the profile. */
async function labelsOf(namespaces: Namespaces, namespace: string, signal: AbortSignal) {
  const labels = await namespaces.labels(namespace, signal);
  return labels.kind === 'found' ? labels.value : {};
}
