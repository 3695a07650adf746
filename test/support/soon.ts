/** Options for `once` of node:events: the test fails if the event does not occur within 10 seconds. */
export function soon(): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(60_000) };
}
