/**
 * Returns a function that turns a host into the value of a metric label. Anyone who can create a pod chooses the hosts,
 * and each label value is a time series that never ends. The hosts in `named` and the first `max` other hosts therefore
 * keep their name; all further hosts give undefined.
 */
export function createHostLabels(named: readonly string[], max: number): (host: string) => string | undefined {
  const labels = new Set(named);
  const limit = labels.size + max;
  return (host) => {
    if (labels.has(host)) return host;
    if (labels.size >= limit) return undefined;
    labels.add(host);
    return host;
  };
}
