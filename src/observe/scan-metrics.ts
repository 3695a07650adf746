import { collectDefaultMetrics, Registry } from 'prom-client';
import { createInstruments } from './instruments.ts';

/** One finding about an image of a workload. `container` and `image` are empty if it concerns the workload itself. */
export interface WorkloadImage {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly container: string;
  readonly image: string;
  readonly finding: string;
  readonly action: 'deny' | 'warn';
}

/** The result of one scan. */
export interface ScanRound {
  readonly result: 'complete' | 'incomplete';
  /** Number of workloads, by verdict. */
  readonly workloads: Readonly<Record<'denied' | 'warned' | 'passed', number>>;
  readonly images: readonly WorkloadImage[];
  /** The kinds that could not be listed this time. What the scan before found about them stays. */
  readonly unseen: readonly string[];
  readonly ms: number;
  /** When the scan ended, in ms since 1970. */
  readonly at: number;
}

/** The metrics of `pullgate scan --every`. */
export interface ScanMetrics {
  /** Replaces the result of the scan before, except for the kinds that this one could not list. */
  scanned(round: ScanRound): void;
  /** Counts a scan that ended with an error. The result of the one before stays. */
  failed(): void;
  /** Returns all metrics in the Prometheus text format. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Time series of images. Each takes about 1 KiB here, and as much again in Prometheus. */
const maxImages = 5_000;

/** Returns metrics with a registry of their own, which also has the default metrics of the process. */
export function createScanMetrics(max: number = maxImages): ScanMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { counter, gauge } = createInstruments(registry);

  const images = gauge('workload_images', '1 for each finding about an image of a workload, at the last scan.', [
    'namespace',
    'kind',
    'name',
    'container',
    'image',
    'finding',
    'action',
  ]);
  const limit = gauge('workload_images_limit', 'Maximum number of time series of workload_images.', []);
  const dropped = gauge('workload_images_dropped', 'Number of findings beyond the limit, at the last scan.', []);
  const workloads = gauge('scan_workloads', 'Number of workloads at the last scan, by verdict.', ['verdict']);
  const scans = counter('scans_total', 'Number of scans, by result: complete, incomplete, failed.', ['result']);
  const duration = gauge('scan_duration_seconds', 'Duration of the last scan.', []);
  const completed = gauge('scan_complete_timestamp_seconds', 'End of the last complete scan.', []);

  let last: readonly WorkloadImage[] = [];
  limit.set(max);
  for (const result of ['complete', 'incomplete', 'failed']) scans.inc({ result }, 0);

  return {
    scanned(round) {
      images.reset();
      const kept = last.filter(({ kind }) => round.unseen.includes(kind));
      last = [...round.images, ...kept];
      // Denials first, so that the limit leaves out warnings.
      const byAction = last.toSorted((a, b) => Number(b.action === 'deny') - Number(a.action === 'deny'));
      const distinct = new Map(byAction.map((labels) => [JSON.stringify(Object.values(labels)), labels]));
      for (const labels of [...distinct.values()].slice(0, max)) images.set({ ...labels }, 1);
      dropped.set(Math.max(0, distinct.size - max));
      for (const [verdict, count] of Object.entries(round.workloads)) workloads.set({ verdict }, count);
      scans.inc({ result: round.result });
      duration.set(round.ms / 1_000);
      if (round.result === 'complete') completed.set(round.at / 1_000);
    },
    failed: () => scans.inc({ result: 'failed' }),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
