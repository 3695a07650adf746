import type { FindingKind } from '../engine/finding.ts';
import type { Action } from '../engine/policy/policy.ts';
import type { Log } from './log.ts';
import type { Metrics, VerdictLabel } from './metrics.ts';

/** The fields of a request for the log. */
export interface LoggedRequest {
  readonly uid: string;
  readonly kind: { readonly kind: string };
  readonly namespace?: string;
  readonly name?: string;
  readonly operation: string;
  readonly dryRun?: boolean | null;
}

/** The fields of a decision for the log and the metrics. */
export interface LoggedDecision {
  readonly allowed: boolean;
  readonly findings: readonly { readonly kind: FindingKind; readonly action: Action }[];
}

/** Receives the result of each request. Durations are in ms. */
export interface ReviewWatcher {
  decided(request: LoggedRequest, decision: LoggedDecision, ms: number, skipped?: string): void;
  rejected(status: number, reason: string): void;
  failed(cause: unknown, request?: LoggedRequest): void;
}

/** Returns a watcher that writes one log line per request and updates the metrics. */
export function watchReviews(log: Log, metrics: Metrics): ReviewWatcher {
  // The fields of this line are known to have no secrets, and redaction would cost more than writing the line. The
  // child does not follow later level changes of its parent, so `decided` checks the level of the parent.
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
      log.warn({ status, reason }, 'request rejected');
    },
    failed(cause, request) {
      metrics.failed();
      log.error({ ...(request === undefined ? {} : fieldsOf(request)), err: cause }, 'request failed');
    },
  };
}

function verdictOf({ allowed, findings }: LoggedDecision): VerdictLabel {
  if (!allowed) return 'denied';
  return findings.some(({ action }) => action === 'warn') ? 'warned' : 'allowed';
}

function fieldsOf({ uid, namespace, kind, name, operation, dryRun }: LoggedRequest): Readonly<Record<string, unknown>> {
  return { uid, operation, namespace, kind: kind.kind, name, ...(dryRun === true ? { dryRun } : {}) };
}
