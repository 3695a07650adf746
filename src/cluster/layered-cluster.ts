import type { Cluster, Lookup } from '../engine/ports.ts';

/** A `Cluster` that asks `behind` for what is missing in `before`: manifests win over what they are about to replace. */
export function layeredCluster(before: Cluster, behind: Cluster): Cluster {
  return {
    async secret(...question) {
      const lookup = await before.secret(...question);
      return lookup.kind === 'missing' ? behind.secret(...question) : lookup;
    },
    async serviceAccount(...question) {
      const lookup = await before.serviceAccount(...question);
      return lookup.kind === 'missing' ? behind.serviceAccount(...question) : lookup;
    },
  };
}

/** Where no cluster is asked, nothing is known to be missing. */
export const unseenCluster: Cluster = {
  secret: () => Promise.resolve(unseen),
  serviceAccount: () => Promise.resolve(unseen),
};

const unseen: Lookup<never> = { kind: 'unavailable', reason: 'offline' };
