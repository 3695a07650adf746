/** What goes back over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: 'application/json' | 'text/plain; charset=utf-8';
  readonly body: string;
}

/** A written AdmissionReview. */
export function reviewed(body: string): HttpAnswer {
  return { status: 200, contentType: 'application/json', body };
}

/**
 * No review, and why. None of these carries a Retry-After: with one the API server would send the call up to ten times
 * more within the same timeout (client-go rest.Request).
 */
export function rejectRequest(status: 400 | 403 | 405 | 413 | 415 | 500, reason: string): HttpAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${reason}\n` };
}
