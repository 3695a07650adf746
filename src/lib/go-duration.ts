const units = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** The limit of a Go duration, a signed 64-bit number of nanoseconds, in ms. */
const maxMs = 2 ** 63 / 1e6;

/**
 * A Go duration (`1m30s`, `500ms`, `0`) in ms. Undefined if `text` is not a valid duration. Mirrors time.ParseDuration
 * of Go 1.26.
 */
export function durationMs(text: string): number | undefined {
  const [, sign = '', amount = ''] =
    /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)){1,20}|0)$/.exec(text.slice(0, 200)) ?? [];
  if (amount === '') return undefined;
  let total = 0;
  for (const [, number = '0', unit = 'ns'] of amount.matchAll(/(\d+\.?\d*|\.\d+)([a-zµμ]+)/g)) {
    total += Number(number) * units[unit as keyof typeof units];
  }
  if (total >= maxMs) return undefined;
  return sign === '-' ? -total : total;
}
