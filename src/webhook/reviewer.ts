import type { Finding } from '../engine/finding.ts';
import { plansOf, type Plan } from '../engine/plan.ts';
import { workloadKind, type KindOf } from '../engine/workload/workload-kind.ts';
import type { Verdict } from '../engine/policy/verdict.ts';
import { review, reviewUnchecked, type ReviewOptions, type Rules } from '../engine/review.ts';
import { auditAnnotations } from '../words/annotations.ts';
import { subjectOf, type Subject } from '../words/by-kind.ts';
import { denialMessage } from '../words/message.ts';
import { warningTexts } from '../words/warnings.ts';
import type { AdmissionRequest, Decision, Review, Skip } from './review.ts';

export interface ReviewerOptions extends Pick<ReviewOptions, 'check' | 'namespaces'> {
  /** Called for each request because a reload may change the rules. */
  readonly rules: () => Rules;
  /** Finds the kinds of workloads that are known. If absent, those that Pullgate has built in. */
  readonly kindOf?: KindOf;
  /** Called for each object that is admitted, with or without warnings, unless the request is a dry run. */
  readonly onLetThrough: (request: AdmissionRequest, plans: readonly Plan[], warned: readonly Finding[]) => void;
}

/**
 * Returns the review of the webhook: it makes plans from an AdmissionRequest, a verdict from the plans, and messages
 * from the verdict.
 */
export function createReviewer({
  rules,
  kindOf = workloadKind,
  check,
  namespaces,
  onLetThrough,
}: ReviewerOptions): Review {
  return async (request, signal) => {
    const plans = plansOfRequest(request, kindOf);
    const verdict = await review(plans, { rules: rules(), check, namespaces }, signal);
    if (verdict === undefined) return untouched;
    if (verdict.allowed && request.dryRun !== true) onLetThrough(request, plans, verdict.warned);
    return decision(verdict, request, plans);
  };
}

/** Returns the function that answers a request without a review. */
export function createSkip(rules: () => Rules, kindOf: KindOf = workloadKind): Skip {
  return (request, reason) => {
    const plans = plansOfRequest(request, kindOf);
    const verdict = reviewUnchecked(plans, reason, rules());
    return verdict === undefined ? untouched : decision(verdict, request, plans);
  };
}

const untouched: Decision = { allowed: true, warnings: [], auditAnnotations: {}, findings: [] };

/**
 * Returns the plans for a request. Empty if there is nothing to check, for example for a scale, a deletion or a status
 * update.
 */
function plansOfRequest(
  { kind, operation, object, oldObject, namespace = '', name }: AdmissionRequest,
  kindOf: KindOf,
): readonly Plan[] {
  if (operation !== 'CREATE' && operation !== 'UPDATE') return [];
  const before = operation === 'UPDATE' ? { before: oldObject ?? {} } : {};
  return plansOf({ group: kind.group, kind: kind.kind, object, namespace, name, ...before, admitted: true }, kindOf);
}

function decision(verdict: Verdict, { operation }: AdmissionRequest, [first]: readonly Plan[]): Decision {
  if (first === undefined) return untouched;
  // `kubectl set image` works only for an object that is already stored.
  const subject: Subject = subjectOf(first.workload, operation === 'UPDATE');
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
