import pLimit from 'p-limit';
import { isName, listPath } from '../cluster/kube.ts';
import { readPages } from '../cluster/paged-list.ts';
import { reviewWithin } from '../engine/review.ts';
import type { Nodes } from '../engine/ports.ts';
import { memoized } from '../lib/memoized.ts';
import { gapSentence, type GapReason } from '../scan/gap.ts';
import { preflight, type Preflight, type RunningPod } from '../scan/preflight/preflight.ts';
import { pulledPod, type PulledPod } from '../scan/preflight/pulled.ts';
import { composeChecker, type Checker } from './checker.ts';
import type { ClusterPorts } from './cluster-ports.ts';
import { snapshotPorts, type ScanOptions } from './scan-cluster.ts';

/** The result, and why not every pod was compared; undefined if every one was. */
export interface PreflightReport extends Preflight {
  readonly problem: string | undefined;
}

/** The namespaces that the webhook never gets objects of (manifests/base/webhook.yaml), and the label that adds one. */
const excluded: ReadonlySet<string> = new Set(['kube-system', 'kube-node-lease', 'pullgate']);
const ignoreLabel = 'pullgate.dev/webhook';

/** How many pods are checked at the same time. */
const concurrency = 16;

/**
 * Compares every running pod of a cluster, or of a namespace, with what the webhook would decide about it on a node that
 * has no image yet. Throws an Error with one line if it cannot start.
 */
export async function preflightCluster(options: ScanOptions, stop: AbortSignal): Promise<PreflightReport> {
  const { api, config, namespace, onBug } = options;
  if (namespace !== undefined && !isName(namespace)) throw new Error(`${namespace} is not the name of a namespace`);
  const snapshot = snapshotPorts(api, config);
  const ports = { ...snapshot, nodes: withoutImages(snapshot.nodes) };
  const checker = await composeChecker(config, ports, { onBug, run: { perSecond: options.perSecond } });
  for (const problem of checker.problems()) options.onProblem(problem);
  const inTurn = pLimit(concurrency);
  const compared = new Map<string, RunningPod>();
  const isIgnored = memoized(async (name: string) => {
    const labels = await ports.namespaces.labels(name, stop);
    return labels.kind === 'found' && labels.value[ignoreLabel] === 'ignore';
  });
  let seen = 0;

  async function compare(pod: PulledPod): Promise<void> {
    if (excluded.has(pod.namespace) || (await isIgnored(pod.namespace))) return;
    const known = compared.get(pod.likeness);
    if (known === undefined) {
      const placeholder = { namespace: pod.namespace, name: pod.name, count: 1, verdict: allowed };
      compared.set(pod.likeness, placeholder);
      const verdict = await inTurn(() => verdictOn(pod, options, ports, checker, stop));
      const { count } = compared.get(pod.likeness) ?? placeholder;
      if (verdict === undefined) compared.delete(pod.likeness);
      else compared.set(pod.likeness, { ...placeholder, count, verdict });
    } else compared.set(pod.likeness, { ...known, count: known.count + 1 });
  }

  try {
    const path = listPath('/api/v1', 'pods', namespace);
    const end = await readPages(
      api,
      { path },
      async (objects) => {
        await Promise.all(objects.flatMap((object) => pulledPod(object) ?? []).map((pod) => compare(pod)));
        seen += objects.length;
        options.onProgress?.(seen);
      },
      stop,
    );
    const problem =
      end.kind === 'complete' ? undefined : gapSentence({ kind: podKind, reason: reasonOf(end) }, namespace);
    const result = preflight([...compared.values()]);
    return {
      ...result,
      outcome: problem !== undefined && result.outcome === 'safe' ? 'unsaid' : result.outcome,
      problem,
    };
  } finally {
    await checker.close();
  }
}

const podKind = { group: '', kind: 'Pod', resource: 'pods' };
const allowed = { allowed: true, denied: [], warned: [] };

function reasonOf(end: Awaited<ReturnType<typeof readPages>>): GapReason {
  if (end.kind === 'unavailable') return end.reason;
  return end.kind === 'forbidden' || end.kind === 'expired' ? end.kind : 'server-error';
}

function verdictOn(
  { plan }: PulledPod,
  { config, timeoutMs }: ScanOptions,
  { namespaces }: ClusterPorts,
  { check }: Checker,
  stop: AbortSignal,
) {
  return reviewWithin(timeoutMs, [plan], { rules: config, namespaces, check }, stop);
}

/** Returns the nodes as if they had no images: the question is whether a new node could pull. */
function withoutImages(nodes: Nodes): Nodes {
  return {
    async nodes(signal) {
      const list = await nodes.nodes(signal);
      if (list === undefined) return undefined;
      return { ...list, nodes: list.nodes.map((node) => ({ ...node, images: new Set(), imagesComplete: false })) };
    },
  };
}
