import type { MirrorSet } from './sources.ts';
import { topologicalOrder } from './topological-order.ts';

/**
 * Merges the mirror sets of each source: `B, C` and `A, B` become `A, B, C`. Sorted by source. A set without a mirror other
 * than its source is left out. Mirrors addMirrorSet and mergedMirrorSets of openshift/runtime-utils 7bdb5b9
 * pkg/registries.
 */
export function mergeMirrorSets(sets: readonly MirrorSet[]): readonly MirrorSet[] {
  const real = sets.filter(({ source, mirrors }) => mirrors.some((mirror) => mirror !== source));
  const bySource = [...Map.groupBy(real, ({ source }) => source)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return bySource.map(([source, group]) => ({
    source,
    mirrors: mergedMirrors(source, group),
    neverContactSource: group.some((set) => set.neverContactSource),
  }));
}

/** The mirrors of a source in order. The source itself comes last anyway, and is left out there. */
function mergedMirrors(source: string, sets: readonly MirrorSet[]): readonly string[] {
  const edges = new Map<string, Set<string>>();
  const after = (name: string): Set<string> => {
    const targets = edges.get(name) ?? new Set();
    edges.set(name, targets);
    return targets;
  };
  for (const { mirrors } of sets) {
    const chain = mirrors.includes(source) ? mirrors : [...mirrors, source];
    for (const [at, to] of chain.entries()) {
      after(to);
      const from = chain[at - 1];
      if (from !== undefined) after(from).add(to);
    }
  }
  const order = topologicalOrder(edges);
  return order.at(-1) === source ? order.slice(0, -1) : order;
}
