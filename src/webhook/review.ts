/**
 * The room of the webhook: bytes become an AdmissionRequest, a decision becomes bytes, and the server between them
 * answers in time, under load, through certificate changes and to its end. What a decision says is not its business.
 */
import type { FindingKind } from '../engine/finding.ts';
import type { Action } from '../engine/policy/policy.ts';

/** What of an AdmissionRequest decides anything (k8s.io/api/admission/v1). */
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

/** What is answered, and what was found on the way. */
export interface Decision {
  readonly allowed: boolean;
  /** With `message`, of a denial: 400 or more, it becomes the HTTP status that the client sees. */
  readonly code?: number;
  readonly message?: string;
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
  /** For log and metrics. */
  readonly findings: readonly { readonly kind: FindingKind; readonly action: Action }[];
}

/** Decides before `signal` aborts, which it does at the deadline and when the client has gone. Throws for a bug only. */
export type Review = (request: AdmissionRequest, signal: AbortSignal) => Promise<Decision>;

/** Why a request is answered without a review. */
export type SkipReason = 'overload' | 'deadline';

/** The answer to a request that was not reviewed: what the policy says of `not-checked`. */
export type Skip = (request: AdmissionRequest, reason: SkipReason) => Decision;
