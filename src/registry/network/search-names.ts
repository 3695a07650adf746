/**
 * Returns the names to look up for a host, in order: the name itself, then the name with each suffix of the search list
 * in `resolvConf`, the text of a resolv.conf. Only the name itself if it ends with a dot. Two things differ from
 * getaddrinfo, because the node that pulls the image does not do them:
 *
 * - The suffixes of cluster DNS are left out. A pod has them before those of its node, so that `registry.team-b` would
 *   be the Service of another namespace: see docs/decisions/0014.
 * - `ndots` is ignored. Its value in a pod is 5, so that each public name would first be looked up with each suffix.
 */
export function searchNames(name: string, resolvConf: string): readonly string[] {
  if (name.endsWith('.')) return [name];
  // Of several lines, the last counts.
  const list = [...resolvConf.matchAll(/^[ \t]*(?:search|domain)[ \t]+(.*)$/gm)].at(-1)?.[1] ?? '';
  const suffixes = list.split(/\s+/).flatMap((suffix) => suffix.replace(/\.$/, '').toLowerCase() || []);
  return [name, ...withoutCluster(suffixes).map((suffix) => `${name}.${suffix}`)];
}

/**
 * Leaves out what the kubelet puts first for the policy ClusterFirst: NAMESPACE.svc.ZONE, svc.ZONE and ZONE. Mirrors
 * generateSearchesForDNSClusterFirst of kubernetes v1.36.3 pkg/kubelet/network/dns/dns.go.
 */
function withoutCluster(suffixes: readonly string[]): readonly string[] {
  const zones = suffixes.flatMap((suffix) => /^svc\.(.+)$/.exec(suffix)?.[1] ?? []);
  return suffixes.filter(
    (suffix) => !zones.some((zone) => suffix === zone || suffix === `svc.${zone}` || suffix.endsWith(`.svc.${zone}`)),
  );
}
