/** What the API server gives where it does not say: the default of `timeoutSeconds`. */
const defaultTimeoutMs = 10_000;

/**
 * When a review must be decided, in ms from now: the API server's `?timeout=Ns`, or our own limit where that is
 * less, without a margin for the way back: a tenth, or 250 ms where that is more. An answer that comes later is an
 * error to the API server, whatever it says.
 */
export function deadlineMs(query: URLSearchParams, ownMs: number): number {
  const givenMs = timeoutMs(query.get('timeout')) ?? defaultTimeoutMs;
  const limitMs = Math.min(givenMs, ownMs);
  return Math.max(0, limitMs - Math.max(250, limitMs / 10));
}

/** Go's time.Duration.String() of up to 30 s: `10s`, `1.5s`, `500ms`. */
function timeoutMs(text: string | null): number | undefined {
  const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,9})?)(ms|s)$/.exec(text ?? '') ?? [];
  return amount === undefined ? undefined : Number(amount) * (unit === 's' ? 1_000 : 1);
}
