import type { NotAsked } from './answer.ts';
import type { Finding } from './finding.ts';
import type { Plan } from './plan.ts';
import { withoutExempt, type Exemption } from './policy/exemption.ts';
import { policyForWorkload, warnOnly, type PolicyRules } from './policy/namespace-policy.ts';
import { judge, type Verdict } from './policy/verdict.ts';
import type { Namespaces } from './ports.ts';

/** Everything that decides what is done about findings. */
export interface Rules extends PolicyRules {
  readonly exemptions: readonly Exemption[];
}

/** Finds what is wrong with the images of a plan, in time: when `signal` aborts, the rest is `not-checked`. Throws for a bug only. */
export type Check = (plan: Plan, signal: AbortSignal) => Promise<readonly Finding[]>;

export interface ReviewOptions {
  readonly rules: Rules;
  readonly check: Check;
  /** Asked only if a label may choose the profile. */
  readonly namespaces: Namespaces;
}

/**
 * The way from the plans of one object to its verdict, the same for every door: labels, policy, check, exemptions,
 * judgement. Undefined: there is nothing to check, or the policy leaves the namespace alone.
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
 * The verdict on an object that was not checked. It knows no labels: if a label might soften the profile, it only warns.
 * Undefined as for `review`.
 */
export function reviewUnchecked(plans: readonly Plan[], reason: NotAsked['reason'], rules: Rules): Verdict | undefined {
  const [first] = plans;
  const policy = first && policyForWorkload(rules, first.workload, {});
  if (first === undefined || policy === undefined) return undefined;
  const unchecked: Finding = { kind: 'not-checked', answer: { kind: 'not-asked', reason, host: '' } };
  const findings = withoutExempt([unchecked], first.workload.namespace, rules.exemptions);
  return judge(findings, rules.namespaceLabel.profiles.length > 0 ? warnOnly(policy) : policy);
}

/** If the labels of a namespace cannot be read, it gets the common profile. */
async function labelsOf(namespaces: Namespaces, namespace: string, signal: AbortSignal) {
  const labels = await namespaces.labels(namespace, signal);
  return labels.kind === 'found' ? labels.value : {};
}
