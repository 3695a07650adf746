import { auditAnnotations } from '../words/annotations.ts';
import type { Subject } from '../words/by-kind.ts';
import { changedUses } from '../engine/workload/changes.ts';
import type { Plan } from '../engine/check.ts';
import { withoutExempt, type Exemption } from '../engine/policy/exemption.ts';
import type { Finding } from '../engine/finding.ts';
import { denialMessage } from '../words/message.ts';
import { policyForWorkload, warnOnly, type PolicyRules } from '../engine/policy/namespace-policy.ts';
import { judge, type Verdict } from '../engine/policy/verdict.ts';
import { warningTexts } from '../words/warnings.ts';
import { isOutOfScope, readWorkload, workloadKind, type Workload } from '../engine/workload/workload.ts';
import type { AdmissionRequest, Decision, Review, Skip } from './review.ts';

/** Who decides what is done about findings; read anew for each request, as a reload may have changed it. */
export interface Rules extends PolicyRules {
  readonly exemptions: readonly Exemption[];
}

export interface ReviewerOptions {
  readonly rules: () => Rules;
  readonly check: (plan: Plan, signal: AbortSignal) => Promise<readonly Finding[]>;
  /** A namespace's labels: asked for only where a label may choose the profile. */
  readonly labels: (namespace: string, signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  /** What was let through, with or without warnings, on a request that is no dry run. */
  readonly onLetThrough: (request: AdmissionRequest, plan: Plan, warned: readonly Finding[]) => void;
}

/** The door of the webhook: an AdmissionRequest becomes a plan, the engine's findings a verdict, a verdict words. */
export function createReviewer({ rules: current, check, labels, onLetThrough }: ReviewerOptions): Review {
  return async (request, signal) => {
    const plan = planOf(request);
    if (plan === undefined) return untouched;
    const { workload } = plan;
    const rules = current();
    const ownLabels = rules.namespaceLabel.profiles.length > 0 ? await labels(workload.namespace, signal) : {};
    const policy = policyForWorkload(rules, workload, ownLabels);
    if (policy === undefined) return untouched;
    const findings = withoutExempt(await check(plan, signal), workload.namespace, rules.exemptions);
    const verdict = judge(findings, policy);
    if (verdict.allowed && request.dryRun !== true) {
      onLetThrough(request, plan, verdict.warned);
    }
    return decision(verdict, subjectOf(request, workload));
  };
}

/**
 * Answers for a request that was not reviewed. It knows no labels: where a label might soften the profile it only
 * warns.
 */
export function createSkip(current: () => Rules): Skip {
  return (request, reason) => {
    const plan = planOf(request);
    if (plan === undefined) return untouched;
    const rules = current();
    const policy = policyForWorkload(rules, plan.workload, {});
    if (policy === undefined) return untouched;
    const answer = { kind: 'not-asked', reason, host: '' } as const;
    const findings = withoutExempt([{ kind: 'not-checked', answer }], plan.workload.namespace, rules.exemptions);
    const labelled = rules.namespaceLabel.profiles.length > 0;
    const verdict = judge(findings, labelled ? warnOnly(policy) : policy);
    return decision(verdict, subjectOf(request, plan.workload));
  };
}

const untouched: Decision = { allowed: true, warnings: [], auditAnnotations: {}, findings: [] };

/** What of a request is to be checked; undefined: nothing, as of a scale, a deletion or a status. */
function planOf(request: AdmissionRequest): Plan | undefined {
  const { kind, operation, object, oldObject, namespace = '' } = request;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined;
  const known = workloadKind(kind.group, kind.kind);
  if (known === undefined || isOutOfScope(object)) return undefined;
  const read = readWorkload(known, object, namespace);
  const workload = read.name === '' ? { ...read, name: request.name ?? '' } : read;
  const uses =
    operation === 'UPDATE' ? changedUses(readWorkload(known, oldObject, namespace), workload) : workload.uses;
  return uses.length === 0 ? undefined : { workload, uses, serviceAccountApplied: known === 'Pod' };
}

/** Who the words speak of: `kubectl set image` helps only with what is stored already. */
function subjectOf({ operation }: AdmissionRequest, { kind, namespace, name, serviceAccount }: Workload): Subject {
  return { kind, namespace, name, serviceAccount, stored: operation === 'UPDATE' };
}

function decision(verdict: Verdict, subject: Subject): Decision {
  const { allowed, denied, warned } = verdict;
  return {
    allowed,
    ...(allowed ? {} : { code: 403, message: denialMessage(verdict, subject) }),
    warnings: warningTexts(warned, subject),
    auditAnnotations: denied.length + warned.length === 0 ? {} : auditAnnotations(verdict),
    findings: [
      ...denied.map(({ kind }) => ({ kind, action: 'deny' as const })),
      ...warned.map(({ kind }) => ({ kind, action: 'warn' as const })),
    ],
  };
}
