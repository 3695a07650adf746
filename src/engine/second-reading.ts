import type { Finding, FindingKind } from './finding.ts';
import type { Cluster, Lookup, RememberingCluster } from './ports.ts';

/** Kinds of findings that may depend on the content of a secret or a ServiceAccount. */
const dependOnSecrets: ReadonlySet<FindingKind> = new Set([
  'access-denied',
  'access-unknown',
  'image-not-found',
  'pull-secret-malformed',
  'pull-secret-unusable',
]);

/**
 * Returns what `check` finds with the cache of `cluster`. If a finding may depend on a secret, reads the used secrets
 * and ServiceAccounts again without the cache, and checks again if one has changed. So nobody is denied because of a
 * secret that was fixed a moment ago. Throws what `check` throws.
 */
export async function withSecondReading(
  check: (cluster: Cluster) => Promise<readonly Finding[]>,
  cluster: RememberingCluster,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const recorder = recordReads(cluster);
  const findings = await check(recorder);
  const mayBeOutdated = !signal.aborted && findings.some(({ kind }) => dependOnSecrets.has(kind));
  return mayBeOutdated && (await recorder.differsFrom(cluster.fresh, signal)) ? check(cluster) : findings;
}

interface RecordingCluster extends Cluster {
  /** Returns whether a recorded read has another result in `other`. Also true if `signal` aborts first. */
  differsFrom(other: Cluster, signal: AbortSignal): Promise<boolean>;
}

/** Repeats one read in `other`, and returns whether its result differs. */
type RepeatedRead = (other: Cluster, signal: AbortSignal) => Promise<boolean>;

function recordReads(cluster: Cluster): RecordingCluster {
  const record = new Map<string, RepeatedRead>();

  async function read<T>(
    key: string,
    question: (from: Cluster, signal: AbortSignal) => Promise<Lookup<T>>,
    signal: AbortSignal,
  ): Promise<Lookup<T>> {
    const lookup = await question(cluster, signal);
    // A failed read is not cached. Repeating it could use up the deadline.
    if (lookup.kind !== 'unavailable') {
      record.set(
        key,
        async (other, signal) => JSON.stringify(await question(other, signal)) !== JSON.stringify(lookup),
      );
    }
    return lookup;
  }

  return {
    secret: (namespace, name, signal) =>
      read(`secret ${namespace}/${name}`, (from, signal) => from.secret(namespace, name, signal), signal),
    serviceAccount: (namespace, name, signal) =>
      read(
        `serviceaccount ${namespace}/${name}`,
        (from, signal) => from.serviceAccount(namespace, name, signal),
        signal,
      ),
    async differsFrom(other, signal) {
      try {
        const differences = await Promise.all([...record.values()].map((differs) => differs(other, signal)));
        return differences.includes(true);
      } catch (error) {
        if (signal.aborted) return true;
        throw error;
      }
    },
  };
}
