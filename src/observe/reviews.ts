import type { FindingKind } from '../engine/finding.ts';
import type { Action } from '../engine/policy/policy.ts';
import type { Log } from './log.ts';
import type { Metrics, VerdictLabel } from './metrics.ts';

/** What the log tells of a request. */
export interface SeenRequest {
  readonly uid: string;
  readonly kind: { readonly kind: string };
  readonly namespace?: string;
  readonly name?: string;
  readonly operation: string;
  readonly dryRun?: boolean | null;
}

/** What log and metrics tell of a decision. */
export interface SeenDecision {
  readonly allowed: boolean;
  readonly findings: readonly { readonly kind: FindingKind; readonly action: Action }[];
}

export interface ReviewWatcher {
  decided(request: SeenRequest, decision: SeenDecision, ms: number, skipped?: string): void;
  rejected(status: number, reason: string): void;
  failed(cause: unknown, request?: SeenRequest): void;
}

/** What becomes of requests, as one log line each and as metrics. */
export function watchReviews(log: Log, metrics: Metrics): ReviewWatcher {
  // What this line holds is chosen here, one by one: to search it for secrets would cost more than to write it.
  // A child keeps the level that it was made with, so its parent is asked.
  const plain = log.child({}, { redact: [], level: 'info' });
  return {
    decided(request, decision, ms, skipped) {
      const verdict = verdictOf(decision);
      metrics.reviewed(verdict, decision.findings, ms, skipped);
      if (!log.isLevelEnabled('info')) return;
      const findings = [...new Set(decision.findings.map(({ kind }) => kind))];
      plain.info({ ...fieldsOf(request), verdict, findings, skipped, ms: Math.round(ms * 10) / 10 }, 'reviewed');
    },
    rejected(status, reason) {
      metrics.rejected(status);
      log.warn({ status, reason }, 'request refused');
    },
    failed(cause, request) {
      metrics.failed();
      log.error({ ...(request === undefined ? {} : fieldsOf(request)), err: cause }, 'request failed');
    },
  };
}

function verdictOf({ allowed, findings }: SeenDecision): VerdictLabel {
  if (!allowed) return 'denied';
  return findings.some(({ action }) => action === 'warn') ? 'warned' : 'allowed';
}

function fieldsOf({ uid, namespace, kind, name, operation, dryRun }: SeenRequest): Readonly<Record<string, unknown>> {
  return { uid, operation, namespace, kind: kind.kind, name, ...(dryRun === true ? { dryRun } : {}) };
}
