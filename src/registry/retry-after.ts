/**
 * How long a Retry-After header asks to wait, in ms from `nowMs` (ms since 1970): seconds, or a date (RFC 9110,
 * section 10.2.3). Undefined where it says nothing that can be read.
 */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  // The oldest of HTTP's three forms names no zone, and means UTC all the same.
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
