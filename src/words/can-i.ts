/** The resources without namespaces that Pullgate reads. */
const clusterWide: ReadonlySet<string> = new Set(['nodes', 'namespaces']);

/**
 * Returns the command that says whether the user has a permission. `namespace` is undefined for all namespaces, or for a
 * resource that has none.
 */
export function canI(verb: string, resource: string, namespace: string | undefined): string {
  const everywhere = clusterWide.has(resource) ? '' : ' --all-namespaces';
  return `kubectl auth can-i ${verb} ${resource}${namespace === undefined ? everywhere : ` -n ${namespace}`}`;
}
