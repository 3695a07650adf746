import type { AdmissionRequest, Decision, SkipReason } from './review.ts';

/** Receives the result of each request, for the log and the metrics. */
export interface WebhookObserver {
  /** Called once for each AdmissionReview that is answered. `ms`: time to answer. `skipped`: why there was no review. */
  decided(request: AdmissionRequest, decision: Decision, ms: number, skipped?: SkipReason): void;
  /** Called for a request that is rejected with an HTTP error other than 500. */
  rejected(status: number, reason: string): void;
  /** Called for a bug. The response is 500, so the `failurePolicy` of the webhook decides. */
  failed(cause: unknown, request?: AdmissionRequest): void;
}
