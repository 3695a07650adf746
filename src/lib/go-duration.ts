const units = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** What Go's 64 bits of nanoseconds hold, in ms. */
const maxMs = 2 ** 63 / 1e6;

/** Milliseconds of a Go duration (`1m30s`, `500ms`, `0`); undefined: not one. Mirrors time.ParseDuration. */
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
