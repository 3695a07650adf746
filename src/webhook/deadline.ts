/** The default of `timeoutSeconds` in a ValidatingWebhookConfiguration, in ms. */
const defaultTimeoutMs = 10_000;

/**
 * Returns how long a review may take, in ms. This is the smaller of the API server's `?timeout=Ns` and our own limit,
 * minus a margin for sending the answer: a tenth of the limit, but at least 250 ms. The API server treats a later
 * answer as an error. Never negative; an invalid or missing timeout counts as 10 s.
 */
export function deadlineMs(query: URLSearchParams, ownMs: number): number {
  const requestedMs = timeoutMs(query.get('timeout')) ?? defaultTimeoutMs;
  const limitMs = Math.min(requestedMs, ownMs);
  return Math.max(0, limitMs - Math.max(250, limitMs / 10));
}

/**
 * Parses the output of Go 1.26 time.Duration.String() up to 30 s: `10s`, `1.5s`, `500ms`. Returns ms, or undefined if
 * invalid.
 */
function timeoutMs(text: string | null): number | undefined {
  const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,9})?)(ms|s)$/.exec(text ?? '') ?? [];
  return amount === undefined ? undefined : Number(amount) * (unit === 's' ? 1_000 : 1);
}
