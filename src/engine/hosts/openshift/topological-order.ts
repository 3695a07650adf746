/** Node → nodes that come after it. */
export type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Returns the nodes of a graph in an order that respects its edges. Where that is not possible, because the edges form a
 * circle, it goes on with the first node by name. Each node must be a key of `edges`. Mirrors Sorted of
 * openshift/runtime-utils 7bdb5b9 pkg/registries/topo.go.
 */
export function topologicalOrder(edges: Edges): readonly string[] {
  const names = [...edges.keys()].toSorted(byName);
  const before = new Map(names.map((name) => [name, new Set<string>()]));
  for (const [from, targets] of edges) for (const to of targets) before.get(to)?.add(from);
  const ready = names.filter((name) => before.get(name)?.size === 0);
  const order = new Set<string>();
  const rest = names.values();
  for (;;) {
    const name = ready.shift() ?? rest.find((other) => !order.has(other));
    if (name === undefined) return [...order];
    order.add(name);
    const freed = [...(edges.get(name) ?? [])].filter((to) => {
      const waiting = before.get(to);
      return waiting?.delete(name) === true && waiting.size === 0 && !order.has(to);
    });
    ready.push(...freed.toSorted(byName));
  }
}

function byName(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
