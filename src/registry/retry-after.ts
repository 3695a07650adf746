/**
 * Returns how long a Retry-After header asks to wait, in ms from `nowMs` (ms since 1970). The header has seconds or a
 * date (RFC 9110, section 10.2.3). Undefined if it is missing or invalid.
 */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  // The oldest of the three HTTP date formats has no time zone, but is in UTC too.
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
