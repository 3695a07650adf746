import { isDeepStrictEqual } from 'node:util';
import type { Cluster, Lookup } from '../engine/ports.ts';

/** A `Cluster` that keeps a record of what was read through it. */
export interface RecordedCluster extends Cluster {
  /** Whether `other` says something else now to any question that was answered, or could not say in time. */
  differsFrom(other: Cluster, signal: AbortSignal): Promise<boolean>;
}

type Again = (other: Cluster, signal: AbortSignal) => Promise<boolean>;

/** For one check: its record grows with every object that is read. */
export function recordedCluster(cluster: Cluster): RecordedCluster {
  const record = new Map<string, Again>();

  async function recorded<T>(
    key: string,
    read: (from: Cluster, signal: AbortSignal) => Promise<Lookup<T>>,
    signal: AbortSignal,
  ) {
    const lookup = await read(cluster, signal);
    // What could not be read was remembered by nobody, and to wait for it twice would spend the deadline.
    if (lookup.kind !== 'unavailable') {
      record.set(key, async (other, signal) => !isDeepStrictEqual(await read(other, signal), lookup));
    }
    return lookup;
  }

  return {
    secret: (namespace, name, signal) =>
      recorded(`secret ${namespace}/${name}`, (from, signal) => from.secret(namespace, name, signal), signal),
    serviceAccount: (namespace, name, signal) =>
      recorded(
        `serviceaccount ${namespace}/${name}`,
        (from, signal) => from.serviceAccount(namespace, name, signal),
        signal,
      ),
    async differsFrom(other, signal) {
      try {
        const again = await Promise.all([...record.values()].map((differs) => differs(other, signal)));
        return again.includes(true);
      } catch (error) {
        if (signal.aborted) return true;
        throw error;
      }
    },
  };
}
