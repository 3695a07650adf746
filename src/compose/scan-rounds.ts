import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { noteWords } from '../cli/note.ts';
import { findingsWithAction, summaryOf } from '../cli/report.ts';
import { errorReason } from '../lib/errno.ts';
import type { Log } from '../observe/log.ts';
import { createScanMetrics, type ScanMetrics, type WorkloadImage } from '../observe/scan-metrics.ts';
import { createApp } from '../webhook/app.ts';
import { timeouts } from '../webhook/server.ts';
import { inline } from '../words/plain-text.ts';
import type { ScanReport } from './scan-cluster.ts';

export interface RoundsOptions {
  /** Scans once. Throws an Error with one line if it cannot. */
  readonly scan: (stop: AbortSignal) => Promise<ScanReport>;
  /** Called with each report, for example to write it to files. */
  readonly onReport: (report: ScanReport) => Promise<void>;
  /** The time from the start of a scan to the next, in ms. */
  readonly everyMs: number;
  /** The port for metrics and probes. 0: any port. */
  readonly port: number;
  readonly log: Log;
}

/**
 * Scans again and again, and serves the last result on `/metrics`, until `stop` aborts. A scan that fails is logged and
 * counted. Throws an Error with one line if it cannot listen on the port.
 */
export async function scanInRounds(options: RoundsOptions, stop: AbortSignal): Promise<void> {
  const { everyMs, log } = options;
  const metrics = createScanMetrics();
  const rounds = { last: undefined as number | undefined };
  const server = await serveMetrics(options, metrics, () => problemOf(rounds.last, everyMs));
  try {
    while (!stop.aborted) {
      const startedAt = performance.now();
      const result = await scanOnce(options, metrics, stop);
      if (result !== undefined) rounds.last = performance.now();
      const left = Math.max(0, everyMs - (performance.now() - startedAt));
      await sleep(left, undefined, { signal: stop }).catch(() => undefined);
    }
    log.info('stopped');
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Returns why the metrics are old; undefined if they are not. `last`: when the last scan ended, in ms. */
function problemOf(last: number | undefined, everyMs: number): string | undefined {
  if (last === undefined) return 'the first scan has not ended';
  return performance.now() - last > 3 * everyMs ? 'the last scans failed, or take too long' : undefined;
}

async function serveMetrics({ port, log }: RoundsOptions, metrics: ScanMetrics, problem: () => string | undefined) {
  const app = createApp({
    checks: [{ name: 'scan', problem, required: true }],
    metrics: () => metrics.expose(),
    onFailure: (err) => log.error({ err }, 'a request failed'),
  });
  const server = createServer(timeouts, app);
  server.listen(port);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(`cannot listen on port ${port} (${errorReason(error)})`, { cause: error });
  }
  log.info({ port: (server.address() as AddressInfo).port }, 'listening');
  return server;
}

async function scanOnce(
  { scan, onReport, log }: RoundsOptions,
  metrics: ScanMetrics,
  stop: AbortSignal,
): Promise<ScanReport | undefined> {
  const startedAt = performance.now();
  try {
    const report = await scan(stop);
    const ms = performance.now() - startedAt;
    for (const problem of report.problems) log.warn({ problem: inline(noteWords(problem), 500) }, 'not complete');
    const { objects, images, denied, warned } = summaryOf(report);
    const result = report.problems.length > 0 ? 'incomplete' : 'complete';
    const workloads = { denied, warned, passed: objects - denied - warned };
    const unseen = report.gaps.filter(({ reason }) => reason !== 'forbidden').map(({ kind }) => kind.kind);
    metrics.scanned({ result, workloads, images: imagesOf(report), unseen, ms, at: Date.now() });
    log.info({ result, ...workloads, images, ms: Math.round(ms) }, 'scanned');
    await onReport(report);
    return report;
  } catch (err) {
    if (stop.aborted) return undefined;
    metrics.failed();
    log.error({ err }, 'a scan failed');
    return undefined;
  }
}

/** Returns the findings of a report as rows. What an object says is cut, because each row is kept in Prometheus. */
function imagesOf({ objects }: ScanReport): readonly WorkloadImage[] {
  return objects.flatMap((object) =>
    findingsWithAction(object).map(({ finding, action }) => ({
      namespace: inline(object.subject.namespace, 63),
      kind: object.subject.kind,
      name: inline(object.subject.name, 253),
      container: inline(finding.use?.name ?? '', 63),
      image: inline(finding.use?.image ?? '', 255),
      finding: finding.kind,
      action,
    })),
  );
}
