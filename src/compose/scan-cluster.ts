import pLimit from 'p-limit';
import type { CheckReport, CheckedObject } from '../cli/report.ts';
import type { KubeApi } from '../cluster/kube-api.ts';
import { isName, listPath } from '../cluster/kube.ts';
import { recordMissedReads } from '../cluster/missed-reads.ts';
import { readPages } from '../cluster/paged-list.ts';
import { servedKinds, type ServedKind } from '../cluster/served-kinds.ts';
import type { Config } from '../config/config.ts';
import { plansOf } from '../engine/plan.ts';
import { reviewWithin } from '../engine/review.ts';
import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import { allKindsWith, kindsWith } from '../engine/workload/workload-kind.ts';
import { descend, textAt } from '../lib/json.ts';
import type { Metrics } from '../observe/metrics.ts';
import { gapSentence, type Gap } from '../scan/gap.ts';
import { scan, type Checked } from '../scan/scan.ts';
import { subjectOf } from '../words/by-kind.ts';
import { composeChecker, type Checker } from './checker.ts';
import { kubeClusterPorts, type ClusterPorts } from './cluster-ports.ts';
import { missedNotes } from './missed-notes.ts';

/** Which objects of a cluster are scanned, and how. */
export interface ScanOptions {
  readonly api: KubeApi;
  readonly config: Config;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  /** A label selector in the syntax of kubectl. */
  readonly selector?: string;
  /** Time limit for each object, in ms. */
  readonly timeoutMs: number;
  /** The maximum number of calls to one registry per second. */
  readonly perSecond: number;
  readonly metrics?: Metrics;
  readonly onProgress?: (seen: number) => void;
  readonly onBug: (error: unknown) => void;
  /** Called with each file that is ignored because it has a problem, one line each. */
  readonly onProblem: (problem: string) => void;
}

/** What a scan found, and the kinds that it has not seen in full. */
export interface ScanReport extends CheckReport {
  readonly gaps: readonly Gap[];
}

/** How many objects are checked at the same time. */
const concurrency = 16;
/** How long secrets and ServiceAccounts are kept, in ms: for the whole scan. */
const secretMs = 3_600_000;

/**
 * Returns what the webhook would decide about each workload of a cluster. What the API server does not give is a problem in
 * the report. Throws an Error with one line if the scan cannot start, or if the selector is not valid.
 */
export async function scanCluster(options: ScanOptions, stop: AbortSignal): Promise<ScanReport> {
  const { api, config, namespace, selector, metrics, onBug } = options;
  if (namespace !== undefined && !isName(namespace)) throw new Error(`${namespace} is not the name of a namespace`);
  const kinds = allKindsWith(config.workloads).filter(
    ({ custom }) => namespace === undefined || custom?.clusterWide !== true,
  );
  const served = await servedKinds(api, kinds, stop);
  const roots = new Map(served.map(({ kind, root }) => [kind, root]));
  const reads = recordMissedReads(api);
  const ports = snapshotPorts(reads.api, config);
  const run = { perSecond: options.perSecond };
  const checker = await composeChecker(config, ports, { onBug, run, ...(metrics && { metrics }) });
  for (const problem of checker.problems()) options.onProblem(problem);
  const inTurn = pLimit(concurrency);
  try {
    const result = await scan<CheckedObject>(
      {
        kinds: [...roots.keys()],
        list: (kind, onPage, signal) =>
          readPages(
            api,
            {
              path: listPath(roots.get(kind) ?? '', kind.resource, namespace),
              ...(selector !== undefined && { selector }),
            },
            onPage,
            signal,
          ),
        check: (kind, object, signal) =>
          inTurn(() => checkObject({ kind, root: roots.get(kind) ?? '' }, object, options, ports, checker, signal)),
        ...(options.onProgress && { onProgress: options.onProgress }),
      },
      stop,
    );
    const { results: objects, passedOver, gaps } = result;
    const unseen = gaps.map((gap) => ({ place: undefined, message: gapSentence(gap, namespace) }));
    const { notes, problems } = missedNotes(reads.missed);
    return { objects, passedOver, notes, problems: [...unseen, ...problems], gaps };
  } finally {
    await checker.close();
  }
}

/** Ports to the cluster as it is now: what was read once holds for the whole scan. */
export function snapshotPorts(api: KubeApi, config: Config): ClusterPorts {
  const ports = kubeClusterPorts(api, { ...config, cache: { ...config.cache, secret: secretMs } });
  return { ...ports, cluster: { ...ports.cluster, fresh: ports.cluster } };
}

async function checkObject(
  { kind, root }: ServedKind<WorkloadKind>,
  object: unknown,
  { config, timeoutMs }: ScanOptions,
  { namespaces }: ClusterPorts,
  { check }: Checker,
  stop: AbortSignal,
): Promise<Checked<CheckedObject>> {
  const metadata = descend(object, ['metadata']);
  const namespace = textAt(metadata, 'namespace');
  const planned = { group: kind.group, kind: kind.kind, object, namespace, admitted: true };
  const plans = plansOf(planned, kindsWith(config.workloads));
  const [first] = plans;
  if (first === undefined) return { kind: 'passed-over', reason: 'no-image' };
  const verdict = await reviewWithin(timeoutMs, plans, { rules: config, namespaces, check }, stop);
  if (verdict === undefined) return { kind: 'passed-over', reason: 'off' };
  return {
    kind: 'checked',
    result: {
      source: { from: 'cluster', uid: textAt(metadata, 'uid') },
      apiVersion: root.replace(/^\/apis?\//, ''),
      subject: subjectOf(first.workload, true),
      images: plans.flatMap(({ uses }) => uses.map(({ image }) => image)),
      verdict,
    },
  };
}
