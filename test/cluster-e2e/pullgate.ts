/*
 * What an operator looks at: the replicas, their memory and metrics, and what the webhook says.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until, type Cluster } from './cluster.ts';
import { missing } from './images.ts';

/** Of a Pod of Pullgate. */
export interface Replica {
  readonly name: string;
  readonly uid: string;
  readonly restarts: number;
  /** From its image being there, and its container started, until it was ready; absent before. */
  readonly readyAfterMs?: number;
}

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime: string;
    }[];
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly state: { readonly running?: { readonly startedAt: string } };
    }[];
  };
}

/** The replicas, those that end included. */
export async function replicas(cluster: Cluster): Promise<readonly Replica[]> {
  const { items } = JSON.parse(await cluster.must('get', 'pods', '-n', 'pullgate', '-o', 'json')) as {
    readonly items: readonly Pod[];
  };
  return items.map(({ metadata: { name, uid }, status: { conditions = [], containerStatuses: [container] = [] } }) => {
    const ready = conditions.find(({ type, status }) => type === 'Ready' && status === 'True');
    const started = container?.state.running?.startedAt;
    const readyAfterMs = Date.parse(ready?.lastTransitionTime ?? '') - Date.parse(started ?? '');
    return { name, uid, restarts: container?.restartCount ?? 0, ...(readyAfterMs >= 0 && { readyAfterMs }) };
  });
}

/** Waits until the new replicas are ready; those of before may drain yet. */
export async function untilReady(cluster: Cluster): Promise<void> {
  await cluster.must('rollout', 'status', 'deployment/pullgate', '-n', 'pullgate', '--timeout=120s');
}

/** Waits until the new replicas are ready, and none of before is left. */
export async function untilReplaced(cluster: Cluster, count: number): Promise<readonly Replica[]> {
  await untilReady(cluster);
  return until(
    () => replicas(cluster),
    (all) => all.length === count,
    90_000,
  );
}

/** Has the kubelet look at the pods, so that a changed ConfigMap is there at once. */
export async function hurry(cluster: Cluster): Promise<void> {
  const now = `pullgate.dev/reload=${Date.now()}`;
  // Once more if one of before left meanwhile.
  await until(
    () => cluster.kubectl(['annotate', 'pods', '-n', 'pullgate', '--all', '--overwrite', now]),
    ({ code }) => code === 0,
  );
}

/** What comes of a create. */
export interface Said {
  readonly verdict: 'refused' | 'warned' | 'passes' | 'failed';
  readonly text: string;
}

/** Runs kubectl, and tells a denial by Pullgate from a warning and from another failure. */
export async function tried(cluster: Cluster, args: readonly string[], input?: string): Promise<Said> {
  const { code, stderr } = await cluster.kubectl(args, input);
  if (stderr.includes('"images.pullgate.dev" denied the request')) return { verdict: 'refused', text: stderr };
  if (code !== 0) return { verdict: 'failed', text: stderr };
  return { verdict: /^Warning: /m.test(stderr) ? 'warned' : 'passes', text: stderr };
}

/** Waits until a Deployment of a missing tag meets that verdict: replicas that drain answer by what held before. */
export async function untilMissingIs(cluster: Cluster, verdict: Said['verdict']): Promise<Said> {
  const args = ['create', 'deployment', 'probe', `--image=${missing}`, '-n', 'shop', '--dry-run=server'];
  return until(
    () => tried(cluster, args),
    (said) => said.verdict === verdict,
  );
}

/** `/metrics` of a replica. */
export async function metricsOf(cluster: Cluster, { name }: Replica): Promise<string> {
  return cluster.must('get', '--raw', `/api/v1/namespaces/pullgate/pods/${name}:8080/proxy/metrics`);
}

/** MiB that the kernel counts for the pod, without what it could drop at once; by cgroup v1 or v2. */
export async function memoryOf({ uid }: Replica): Promise<number> {
  const v1 = (await readdir('/sys/fs/cgroup')).includes('memory');
  const root = v1 ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup';
  const folder = join(root, 'kubepods/burstable', `pod${uid}`);
  const used = Number(await readFile(join(folder, v1 ? 'memory.usage_in_bytes' : 'memory.current'), 'utf8'));
  const stat = await readFile(join(folder, 'memory.stat'), 'utf8');
  const inactive = Number(new RegExp(`^${v1 ? 'total_' : ''}inactive_file (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  return Math.round((used - inactive) / 1024 / 1024);
}
