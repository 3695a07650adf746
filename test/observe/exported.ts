import { createMetrics } from '../../src/observe/metrics.ts';
import { createScanMetrics } from '../../src/observe/scan-metrics.ts';

/** Returns the exported metrics after one event of each kind. */
export async function exportedAfterEverything(): Promise<string> {
  const metrics = createMetrics({
    hosts: ['docker.io'],
    inFlight: () => 3,
    waiting: () => 3,
    eventLoopLagMs: () => 250,
  });
  metrics.reviewed('denied', [{ kind: 'image-not-found', action: 'deny' }], 20, 'overload');
  metrics.rejected(415);
  metrics.connectionClosed('refused');
  metrics.failed();
  metrics.exchanged({ host: 'docker.io', status: 429, ms: 30 });
  metrics.breaker('docker.io', 'host', 'half-open');
  metrics.breaker('docker.io', 'namespace', 'open');
  metrics.connections(12);
  metrics.load('docker.io', 2, 5);
  metrics.quota('docker.io', { limit: 100, remaining: 7 });
  metrics.cache('stale');
  metrics.certificateValid(1_690_000_000_000, 1_700_000_000_000);
  metrics.configReloaded('rejected');
  metrics.hostsProblems(2);
  metrics.rechecked('healed');
  return `${(await metrics.expose()).text}${await exportedAfterScan()}`;
}

async function exportedAfterScan(): Promise<string> {
  const metrics = createScanMetrics();
  const workload = { namespace: 'shop', kind: 'Deployment', name: 'web', container: 'app', image: 'app:v1' };
  metrics.scanned({
    result: 'complete',
    workloads: { denied: 1, warned: 0, passed: 0 },
    images: [{ ...workload, finding: 'image-not-found', action: 'deny' }],
    unseen: [],
    ms: 1_000,
    at: 1_700_000_000_000,
  });
  metrics.failed();
  return (await metrics.expose()).text;
}
