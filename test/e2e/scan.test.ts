import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { request } from 'undici';
import { arrayOf, objectOf, type JsonObject } from '../../src/lib/json.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { freePorts, startDaemon, waitFor } from '../support/control-plane/daemon.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { manifests } from '../support/overlay.ts';
import { podSpec } from '../support/pods.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { until } from './stage.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const namespaces = ['shop', 'pay', 'data'];

/** How many workloads there are of each kind; one in ten has a tag that does not exist. */
const counts = {
  Deployment: 60,
  StatefulSet: 40,
  DaemonSet: 40,
  CronJob: 40,
  Job: 40,
  Pod: 40,
  ReplicaSet: 20,
  ReplicationController: 20,
} as const;

const versions: Readonly<Record<keyof typeof counts, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  CronJob: 'batch/v1',
  Job: 'batch/v1',
  Pod: 'v1',
  ReplicationController: 'v1',
};

function workload(kind: keyof typeof counts, at: number, host: string): JsonObject {
  const name = `${kind.toLowerCase()}-${at}`;
  const labels = { app: name };
  const pod = { ...podSpec([`${host}/team/app:${at % 10 === 0 ? 'gone' : 'v1'}`]) };
  const template = { metadata: { labels }, spec: pod };
  const restarting = { ...pod, restartPolicy: 'Never' };
  const specs: Readonly<Record<keyof typeof counts, JsonObject>> = {
    Deployment: { replicas: 1, selector: { matchLabels: labels }, template },
    StatefulSet: { serviceName: name, selector: { matchLabels: labels }, template },
    DaemonSet: { selector: { matchLabels: labels }, template },
    ReplicaSet: { replicas: 1, selector: { matchLabels: labels }, template },
    ReplicationController: { replicas: 1, selector: labels, template },
    CronJob: { schedule: '0 0 * * *', jobTemplate: { spec: { template: { spec: restarting } } } },
    Job: { template: { spec: restarting } },
    Pod: pod,
  };
  const metadata = { name, namespace: namespaces[at % namespaces.length], labels };
  return { apiVersion: versions[kind], kind, metadata, spec: specs[kind] };
}

describe('pullgate scan of a real API server', await needsControlPlane(), () => {
  let plane: ControlPlane;
  let registry: RunningScript;
  let kubeconfig: string;
  let config: string;

  before(async () => {
    [plane, registry] = await Promise.all([startControlPlane(), startScript(publicRegistry())]);
    const { kubectl } = plane;
    for (const namespace of ['pullgate', ...namespaces]) await succeed(kubectl, ['create', 'namespace', namespace]);
    for (const file of ['service-account.yaml', 'role.yaml'])
      await succeed(kubectl, ['apply', '-f', join(manifests, 'components/scan', file)]);
    kubeconfig = await kubeconfigOf('pullgate-scan');
    config = `${kubeconfig}.config.yaml`;
    const network = { allowLoopback: true };
    await writeFile(
      config,
      JSON.stringify({ apiVersion: 'pullgate.dev/v1alpha1', kind: 'PullgateConfiguration', network }),
    );
    await until(
      async () => (await succeed(kubectl, ['get', 'serviceaccounts', '-A', '-o', 'name'])).split('default').length,
      (found) => found > namespaces.length,
      60_000,
    );
    const host = registry.symbols['registry'] ?? '';
    const items = (Object.entries(counts) as [keyof typeof counts, number][]).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, at) => workload(kind, at, host)),
    );
    await succeed(kubectl, ['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    await until(
      async () => (await succeed(kubectl, ['get', 'pods', '-A', '-o', 'name'])).trim().split('\n').length,
      (pods) => pods >= counts.Pod + counts.Deployment + counts.ReplicaSet,
      120_000,
    );
  });
  after(async () => {
    await Promise.all([plane?.stop(), registry?.close()]);
  });

  async function kubeconfigOf(account: string): Promise<string> {
    const token = await succeed(plane.kubectl, ['create', 'token', account, '-n', 'pullgate']);
    return plane.kubeconfigFor(account, token.trim());
  }

  /** Runs `pullgate scan` as a process. */
  async function scan(as: string, ...args: readonly string[]) {
    const options = ['scan', '--config', config, '--kubeconfig', as, '--rate', '1000', '-o', 'json', ...args];
    const child = spawn(process.execPath, [main, ...options], { signal: AbortSignal.timeout(120_000) });
    const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => stream.setEncoding('utf8').toArray());
    const [code] = (await once(child, 'close')) as [number];
    const report = objectOf(JSON.parse(((await stdout) ?? []).join('')));
    return { code, stderr: ((await stderr) ?? []).join(''), report, objects: arrayOf(report['objects']).map(objectOf) };
  }

  test('reports each of 300 workloads once, with only the permissions of its role', async () => {
    const { code, report, objects } = await scan(kubeconfig, '-A');
    assert.equal(code, 1);
    assert.equal(report['complete'], true);
    const found = Object.groupBy(objects, ({ kind }) => String(kind));
    for (const [kind, count] of Object.entries(counts)) assert.equal(found[kind]?.length, count, kind);
    assert.equal(objects.length, 300);
    const denied = objects.filter(({ verdict }) => verdict === 'denied');
    assert.equal(denied.length, 30);
    assert.deepEqual(report['passedOver'], [
      { kind: 'Pod', reason: 'owned', count: counts.Deployment + counts.ReplicaSet },
      { kind: 'ReplicaSet', reason: 'owned', count: counts.Deployment },
    ]);
  });

  test('reports the workloads of a namespace, and those with a label', async () => {
    const { objects } = await scan(kubeconfig, '-n', 'shop');
    assert.deepEqual([...new Set(objects.map(({ namespace }) => namespace))], ['shop']);
    const labelled = await scan(kubeconfig, '-A', '-l', 'app in (deployment-1, cronjob-2)');
    const names = labelled.objects.map(({ name }) => String(name));
    assert.deepEqual(new Set(names), new Set(['deployment-1', 'cronjob-2']));
  });

  test('serves the findings as metrics', async () => {
    const [port = 0] = await freePorts(1);
    const args = ['scan', '-A', '--config', config, '--kubeconfig', kubeconfig, '--rate', '1000', '--every', '1h'];
    const exporter = startDaemon('scan', process.execPath, [main, ...args, '--metrics-port', String(port)]);
    try {
      const get = async (path: string) => request(`http://127.0.0.1:${port}${path}`);
      await waitFor(exporter, async () => {
        const { statusCode, body } = await get('/readyz');
        await body.dump();
        return statusCode === 200;
      });
      const text = await (await get('/metrics')).body.text();
      const lines = text.split('\n').filter((line) => line.startsWith('pullgate_workload_images{'));
      assert.equal(lines.length, 30);
      assert.match(lines.join('\n'), /namespace="shop",kind="Deployment",name="deployment-0",container="c0"/);
      assert.match(text, /^pullgate_scan_workloads\{verdict="passed"\} 270$/m);
    } finally {
      await exporter.stop();
    }
  });

  test('its role may read what a scan needs, and nothing else', async () => {
    const user = 'system:serviceaccount:pullgate:pullgate-scan';
    const may = async (verb: string, resource: string) =>
      (await plane.kubectl(['auth', 'can-i', verb, resource, '-A', '--as', user])).stdout.trim() === 'yes';
    for (const resource of ['pods', 'deployments.apps', 'cronjobs.batch', 'nodes'])
      assert.ok(await may('list', resource), resource);
    for (const resource of ['secrets', 'serviceaccounts']) {
      assert.ok(await may('get', resource), resource);
      assert.ok(!(await may('list', resource)), resource);
    }
    for (const [verb, resource] of [
      ['watch', 'pods'],
      ['create', 'pods'],
      ['delete', 'pods'],
      ['patch', 'deployments.apps'],
      ['get', 'configmaps'],
      ['create', 'serviceaccounts/token'],
      ['list', 'namespaces'],
    ] as const)
      assert.ok(!(await may(verb, resource)), `${verb} ${resource}`);
  });

  test('names the permissions that another account lacks, and says what it can', async () => {
    const { kubectl } = plane;
    await succeed(kubectl, ['create', 'serviceaccount', 'half', '-n', 'pullgate']);
    await succeed(kubectl, ['create', 'clusterrole', 'half', '--verb=list', '--resource=deployments.apps,pods']);
    await succeed(kubectl, [
      'create',
      'clusterrolebinding',
      'half',
      '--clusterrole=half',
      '--serviceaccount=pullgate:half',
    ]);
    const { code, stderr, objects } = await scan(await kubeconfigOf('half'), '-A');
    assert.equal(code, 2);
    assert.match(stderr, /cronjobs\.batch in all namespaces: no permission.*kubectl auth can-i list cronjobs\.batch/);
    assert.match(stderr, /no permission to get serviceaccounts in namespace/);
    const kinds = Object.groupBy(objects, ({ kind }) => String(kind));
    assert.equal(kinds['Deployment']?.length, counts.Deployment);
    // Nothing else reports the Pods of the ReplicaSets, which may not be listed.
    assert.equal(kinds['Pod']?.length, counts.Pod + counts.Deployment + counts.ReplicaSet);
  });
});
