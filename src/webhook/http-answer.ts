/** An HTTP response to a request for a review. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: 'application/json' | 'text/plain; charset=utf-8';
  readonly body: string;
}

/** Returns the response with `body`, the JSON of an AdmissionReview. */
export function answerReview(body: string): HttpAnswer {
  return { status: 200, contentType: 'application/json', body };
}

/**
 * Returns an error response with the reason as its text. It has no Retry-After header: with one, the API server repeats
 * the call up to ten times within the same timeout (kubernetes v1.36.3, client-go rest.Request).
 */
export function rejectRequest(status: 400 | 403 | 405 | 408 | 413 | 415 | 500 | 503, reason: string): HttpAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${reason}\n` };
}
