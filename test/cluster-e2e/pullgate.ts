/*
 * Reads what an operator reads: the replicas, their memory and metrics, and the verdicts of the webhook.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until, type Cluster } from './cluster.ts';
import { missing } from './images.ts';

/** A Pod of Pullgate. */
export interface Replica {
  readonly name: string;
  readonly uid: string;
  readonly restarts: number;
  /** Time in ms from the start of the container until the Pod was ready. Absent if the Pod is not ready. */
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

/** Returns the replicas, including those that are stopping. */
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

/** Waits until the new replicas are ready. Old replicas may still be stopping. */
export async function untilReady(cluster: Cluster): Promise<void> {
  await cluster.must('rollout', 'status', 'deployment/pullgate', '-n', 'pullgate', '--timeout=120s');
}

/** Waits until the new replicas are ready and `count` replicas are left, and returns them. */
export async function untilReplaced(cluster: Cluster, count: number): Promise<readonly Replica[]> {
  await untilReady(cluster);
  return until(
    () => replicas(cluster),
    (all) => all.length === count,
    90_000,
  );
}

/** Annotates the pods, so that the kubelet updates their ConfigMaps and Secrets at once. */
export async function refreshVolumes(cluster: Cluster): Promise<void> {
  const now = `pullgate.dev/reload=${Date.now()}`;
  // Fails if an old pod disappears during the call, so it is repeated.
  await until(
    () => cluster.kubectl(['annotate', 'pods', '-n', 'pullgate', '--all', '--overwrite', now]),
    ({ code }) => code === 0,
  );
}

/** The result of a create. */
export interface Result {
  readonly verdict: 'denied' | 'warned' | 'passed' | 'failed';
  readonly text: string;
}

/** Runs kubectl, and returns whether Pullgate denied the request, warned or let it pass, or whether kubectl failed. */
export async function tryKubectl(cluster: Cluster, args: readonly string[], input?: string): Promise<Result> {
  const { code, stderr } = await cluster.kubectl(args, input);
  if (stderr.includes('"images.pullgate.dev" denied the request')) return { verdict: 'denied', text: stderr };
  if (code !== 0) return { verdict: 'failed', text: stderr };
  return { verdict: /^Warning: /m.test(stderr) ? 'warned' : 'passed', text: stderr };
}

/**
 * Waits until a Deployment with a missing tag gets `verdict`. Replicas that are stopping still answer according to the old
 * configuration.
 */
export async function untilMissingTagIs(cluster: Cluster, verdict: Result['verdict']): Promise<Result> {
  const args = ['create', 'deployment', 'probe', `--image=${missing}`, '-n', 'shop', '--dry-run=server'];
  return until(
    () => tryKubectl(cluster, args),
    (result) => result.verdict === verdict,
  );
}

/** Returns the text of `/metrics` of a replica. */
export async function metricsOf(cluster: Cluster, { name }: Replica): Promise<string> {
  return cluster.must('get', '--raw', `/api/v1/namespaces/pullgate/pods/${name}:8080/proxy/metrics`);
}

/** Returns the memory of a pod in MiB, without inactive file pages, from cgroup v1 or v2. */
export async function memoryOf({ uid }: Replica): Promise<number> {
  const v1 = (await readdir('/sys/fs/cgroup')).includes('memory');
  const root = v1 ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup';
  const folder = join(root, 'kubepods/burstable', `pod${uid}`);
  const used = Number(await readFile(join(folder, v1 ? 'memory.usage_in_bytes' : 'memory.current'), 'utf8'));
  const stat = await readFile(join(folder, 'memory.stat'), 'utf8');
  const inactive = Number(new RegExp(`^${v1 ? 'total_' : ''}inactive_file (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  return Math.round((used - inactive) / 1024 / 1024);
}
