import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asInManifest } from '../../faults/support/as-in-manifest.ts';
import { apiServerDouble, type ApiServerDouble } from '../../support/api-server-double.ts';
import { kubeconfigOf } from '../../support/kubeconfig.ts';
import type { Figure, Mode } from '../figure.ts';
import { memoryMiB } from '../process-usage.ts';
import { deploymentOf, startRegistry, tagsUpTo, type Registry } from '../workloads.ts';

const workloads = 10_000;
const images = 1_000;

/** Returns an API server with Deployments in 50 namespaces. One image in 20 does not exist. */
async function clusterWith(count: number, registry: Registry): Promise<ApiServerDouble> {
  const api = await apiServerDouble();
  api.objects.set('/version', { metadata: { name: 'version' } });
  api.serve('/api/v1', ['pods', 'podtemplates', 'replicationcontrollers']);
  api.serve('/apis/apps/v1', ['deployments', 'replicasets', 'statefulsets', 'daemonsets']);
  api.serve('/apis/batch/v1', ['jobs', 'cronjobs']);
  for (let at = 0; at < 50; at++) api.put(`n${at}`, 'serviceaccounts', { metadata: { name: 'default' } });
  for (let at = 0; at < count; at++) {
    const name = `web-${at}`;
    const namespace = `n${at % 50}`;
    const image = registry.image(`${at % 20 === 0 ? 'gone' : 't'}${at % images}`);
    api.objects.set(
      `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
      deploymentOf([image], name, namespace),
    );
  }
  return api;
}

async function run(scale: number): Promise<readonly Figure[]> {
  const count = Math.ceil(workloads * scale);
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-bench-scan-'));
  await using registry = await startRegistry(tagsUpTo(images));
  await using api = await clusterWith(count, registry);
  try {
    await writeFile(join(folder, 'kubeconfig'), kubeconfigOf(api.connection.server));
    const config = {
      apiVersion: 'pullgate.dev/v1alpha1',
      kind: 'PullgateConfiguration',
      network: { allowLoopback: true },
    };
    await writeFile(join(folder, 'config.yaml'), JSON.stringify(config));
    const report = join(folder, 'report.json');
    const files = ['--kubeconfig', join(folder, 'kubeconfig'), '--config', join(folder, 'config.yaml')];
    const { main, nodeOptions } = await asInManifest();
    const args = [...nodeOptions, main, 'scan', '-A', ...files, '--rate', '10000', '-o', `json=${report}`];
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    const ended = once(child, 'close');
    let peak = 0;
    while (child.exitCode === null) {
      peak = await memoryMiB(child.pid ?? 0).then(
        (memory) => Math.max(peak, memory.peak || 0),
        () => peak,
      );
      await Promise.race([ended, sleep(50)]);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const { summary } = JSON.parse(await readFile(report, 'utf8')) as { summary: { objects: number } };
    if (summary.objects !== count) throw new Error(`${summary.objects} objects instead of ${count}`);
    return [
      { name: `time for ${count} workloads`, value: seconds, unit: 's' },
      { name: 'peak memory', value: peak, unit: 'MiB', goal: { most: 200 } },
      { name: `requests to the registry, for ${images} images`, value: registry.requests, unit: 'requests' },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `pullgate scan` of a large cluster. */
export const scan: Mode = { name: 'scan', about: 'one scan of a cluster with 10,000 workloads', run };
