import type { AdmissionRequest, Decision, SkipReason } from './review.ts';

/** Who hears what becomes of requests, for log and metrics. */
export interface WebhookObserver {
  /** One call for each AdmissionReview that is answered; `skipped`: without a review, and why. */
  decided(request: AdmissionRequest, decision: Decision, ms: number, skipped?: SkipReason): void;
  /** A request that is no AdmissionReview. */
  rejected(status: number, reason: string): void;
  /** A bug: the API server hears 500, and its failurePolicy decides. */
  failed(cause: unknown, request?: AdmissionRequest): void;
}
