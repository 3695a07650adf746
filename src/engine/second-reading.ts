import type { Finding, FindingKind } from './finding.ts';
import type { Cluster, Lookup, RememberingCluster } from './ports.ts';

/** Findings that rest on what a secret or a ServiceAccount held when it was read. */
const restOnSecrets: ReadonlySet<FindingKind> = new Set([
  'access-denied',
  'access-unknown',
  'image-not-found',
  'pull-secret-malformed',
  'pull-secret-unusable',
]);

/**
 * What `check` finds with what `cluster` remembers, and if that rests on a secret, with what the secret holds now: it may
 * have been fixed a moment ago, and nobody is refused for what it used to be. Throws what `check` throws.
 */
export async function withSecondReading(
  check: (cluster: Cluster) => Promise<readonly Finding[]>,
  cluster: RememberingCluster,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const seen = recorded(cluster);
  const findings = await check(seen);
  const inDoubt = !signal.aborted && findings.some(({ kind }) => restOnSecrets.has(kind));
  return inDoubt && (await seen.differsFrom(cluster.fresh, signal)) ? check(cluster) : findings;
}

interface RecordedCluster extends Cluster {
  /** Whether `other` gives another answer now to any question that was answered, or could not answer in time. */
  differsFrom(other: Cluster, signal: AbortSignal): Promise<boolean>;
}

type Again = (other: Cluster, signal: AbortSignal) => Promise<boolean>;

function recorded(cluster: Cluster): RecordedCluster {
  const record = new Map<string, Again>();

  async function read<T>(
    key: string,
    question: (from: Cluster, signal: AbortSignal) => Promise<Lookup<T>>,
    signal: AbortSignal,
  ): Promise<Lookup<T>> {
    const lookup = await question(cluster, signal);
    // What could not be read was not remembered, and to wait for it twice would spend the deadline.
    if (lookup.kind !== 'unavailable') {
      const text = JSON.stringify(lookup);
      record.set(key, async (other, signal) => JSON.stringify(await question(other, signal)) !== text);
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
        const again = await Promise.all([...record.values()].map((differs) => differs(other, signal)));
        return again.includes(true);
      } catch (error) {
        if (signal.aborted) return true;
        throw error;
      }
    },
  };
}
