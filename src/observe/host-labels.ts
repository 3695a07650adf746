/**
 * Hosts as the values of a metric's label. Whoever may create a pod chooses them, and each is a time series for ever:
 * those that the operator names are told apart, and the first `max` others; the rest is `undefined`.
 */
export function createHostLabels(named: readonly string[], max: number): (host: string) => string | undefined {
  const known = new Set(named);
  const limit = known.size + max;
  return (host) => {
    if (known.has(host)) return host;
    if (known.size >= limit) return undefined;
    known.add(host);
    return host;
  };
}
