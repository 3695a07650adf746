const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

const syntax = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;
const part = /(?<amount>\d+(?:\.\d+)?)(?<unit>ms|s|m|h)/g;

/**
 * `1h30m`, `500ms`: a duration as the Kubernetes API spells it (Go's time.ParseDuration, without signs and without
 * what is shorter than a millisecond), in ms; undefined for anything else.
 */
export function parseDuration(text: string): number | undefined {
  if (!syntax.test(text)) return undefined;
  const parts = [...text.matchAll(part)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit as keyof typeof units], 0);
}
