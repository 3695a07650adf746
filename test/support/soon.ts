/** For `once` of node:events: an event that does not come within ten seconds fails the test that waits for it. */
export function soon(): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(10_000) };
}
