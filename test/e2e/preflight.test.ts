import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { request } from 'undici';
import type { JsonObject } from '../../src/lib/json.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { freePorts, startDaemon, waitFor, type Daemon } from '../support/control-plane/daemon.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { overlay } from '../support/overlay.ts';
import { podSpec } from '../support/pods.ts';
import { basicRegistry } from '../support/registries.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { until } from './stage.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

describe('from audit to enforce with preflight', await needsControlPlane(), () => {
  let plane: ControlPlane;
  /** Its credential is only on the nodes. */
  let registry: RunningScript;
  let webhook: Daemon | undefined;
  let settings: JsonObject;
  let config: string;
  let kubeconfig: string;

  before(async () => {
    [plane, registry] = await Promise.all([startControlPlane(), startScript(basicRegistry())]);
    await succeed(plane.kubectl, ['create', 'namespace', 'shop']);
    await until(
      () => plane.kubectl(['get', 'serviceaccount', 'default', '-n', 'shop']),
      ({ code }) => code === 0,
      60_000,
    );
    for (const name of ['web', 'api']) await run(name);
    const [port = 0, metricsPort = 0] = await freePorts(2);
    await using development = await overlay({
      on: 'overlays/development',
      url: `https://127.0.0.1:${port}/validate`,
      failurePolicy: 'Fail',
    });
    await succeed(plane.kubectl, ['apply', '-k', development.directory]);
    const token = await succeed(plane.kubectl, ['create', 'token', 'pullgate', '-n', 'pullgate']);
    kubeconfig = await plane.kubeconfigFor('pullgate', token.trim());
    config = `${kubeconfig}.config.yaml`;
    settings = {
      apiVersion: 'pullgate.dev/v1alpha1',
      kind: 'PullgateConfiguration',
      profile: 'audit',
      network: { allowLoopback: true },
      tls: { webhookConfiguration: 'pullgate', dnsNames: ['127.0.0.1'] },
      server: { address: '127.0.0.1', port, metricsPort, drain: '0s' },
    };
    await writeFile(config, JSON.stringify(settings));
    const args = [main, 'serve', '--config', config, '--kubeconfig', kubeconfig];
    webhook = startDaemon('pullgate', process.execPath, args, { env: { POD_NAMESPACE: 'pullgate' } });
    await waitFor(webhook, async () => {
      const { statusCode, body } = await request(`http://127.0.0.1:${metricsPort}/readyz`);
      await body.dump();
      return statusCode === 200;
    });
  });
  after(async () => {
    await webhook?.stop();
    await Promise.all([plane?.stop(), registry?.close()]);
  });

  /** A Pod of the cluster, as its author writes it. */
  function pod(name: string): string {
    const image = `${registry.symbols['registry']}/team/app:v1`;
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop' },
      spec: podSpec([image]),
    });
  }

  /** Creates a Pod, and writes the status of a kubelet that pulled its image. */
  async function run(name: string): Promise<void> {
    await succeed(plane.kubectl, ['create', '-f', '-'], pod(name));
    const state = { running: { startedAt: '2026-01-01T00:00:00Z' } };
    const imageID = `registry.test/team/app@sha256:${'a'.repeat(64)}`;
    const container = { name: 'c0', image: 'app', imageID, ready: true, restartCount: 0, state };
    const status = JSON.stringify({ status: { phase: 'Running', containerStatuses: [container] } });
    const args = ['patch', 'pod', name, '-n', 'shop', '--subresource=status', '--type=merge', '-p', status];
    await succeed(plane.kubectl, args);
  }

  /** Runs `pullgate preflight` with the permissions of an administrator. */
  async function preflight(file: string, ...more: readonly string[]) {
    const admin = await plane.kubeconfigFor('scanner', await token());
    const args = [main, 'preflight', '--config', file, '--kubeconfig', admin, ...more];
    const child = spawn(process.execPath, args, { signal: AbortSignal.timeout(120_000) });
    const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => stream.setEncoding('utf8').toArray());
    const [code] = (await once(child, 'close')) as [number];
    return { code, stdout: ((await stdout) ?? []).join(''), stderr: ((await stderr) ?? []).join('') };
  }

  async function token(): Promise<string> {
    const found = await plane.kubectl(['get', 'serviceaccount', 'scanner', '-n', 'default']);
    if (found.code !== 0) {
      await succeed(plane.kubectl, ['create', 'serviceaccount', 'scanner', '-n', 'default']);
      const binding = [
        'clusterrolebinding',
        'scanner',
        '--clusterrole=cluster-admin',
        '--serviceaccount=default:scanner',
      ];
      await succeed(plane.kubectl, ['create', ...binding]);
    }
    return (await succeed(plane.kubectl, ['create', 'token', 'scanner', '-n', 'default'])).trim();
  }

  /** What the webhook says about the Pods that run, if they were created now. */
  async function created(): Promise<readonly string[]> {
    const answers = ['web', 'api'].map((name) =>
      plane.kubectl(['create', '--dry-run=server', '-f', '-'], pod(`${name}-again`)),
    );
    return (await Promise.all(answers)).map(({ code, stderr }) => (code === 0 ? 'created' : stderr));
  }

  test('it finds the credential of the nodes, and the webhook with its configuration refuses nothing that runs', async () => {
    const first = await preflight(config);
    assert.equal(first.code, 1, first.stdout + first.stderr);
    assert.match(first.stdout, /2 running pods compared with the profile balanced: 2 would have been refused/);

    // The webhook agrees: with `balanced` and without the settlement, it refuses what runs.
    await writeFile(config, JSON.stringify({ ...settings, profile: 'balanced' }));
    const refused = await until(created, (answers) => answers.every((answer) => answer !== 'created'), 60_000);
    assert.match(refused.join('\n'), /denied the request/);

    const settled = await preflight(config, '-o', 'config');
    await writeFile(config, settled.stdout);
    const second = await preflight(config);
    assert.equal(second.code, 0, second.stdout + second.stderr);
    assert.match(second.stdout, /Enforcing is safe/);
    await until(created, (answers) => answers.every((answer) => answer === 'created'), 60_000);
  });
});
