import type { FindingKind } from '../engine/finding.ts';
import type { Action } from '../engine/policy/policy.ts';

/** The fields of an AdmissionRequest that Pullgate reads (k8s.io/api/admission/v1). */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly subResource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly object?: unknown;
  readonly oldObject?: unknown;
  readonly dryRun?: boolean;
}

/** The decision about a request, with its findings. */
export interface Decision {
  readonly allowed: boolean;
  /** The HTTP status that the user's client gets for a denial, at least 400. Set together with `message`. */
  readonly code?: number;
  readonly message?: string;
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
  /** For the log and the metrics. */
  readonly findings: readonly { readonly kind: FindingKind; readonly action: Action }[];
}

/**
 * Decides about a request. `signal` aborts at the deadline, or when the client closes the connection; the review must
 * then decide at once. Throws only for a bug or an abort.
 */
export type Review = (request: AdmissionRequest, signal: AbortSignal) => Promise<Decision>;

/** The reason for answering a request without a review. */
export type SkipReason = 'overload' | 'deadline';

/** Decides about a request without a review: the policy for `not-checked` applies. */
export type Skip = (request: AdmissionRequest, reason: SkipReason) => Decision;
