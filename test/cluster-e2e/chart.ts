import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { helmMajors, helmProgram, type HelmMajor } from '../support/helm.ts';
import { manifests } from '../support/overlay.ts';
import { until } from './cluster.ts';
import { startCreates } from './creates.ts';
import { good, open } from './images.ts';
import { tryKubectl, untilMissingTagIs } from './pullgate.ts';
import { registries, type Stage } from './site.ts';

/** The longest names that Kubernetes allows. */
const namespace = 'security-'.padEnd(63, 'x');
const fullnameOverride = 'gate-'.padEnd(63, 'x');
const fail = { profile: 'balanced', failurePolicy: 'Fail', replicas: 3 };

/** Tests the chart from the first install to its removal, with each Helm. Nothing is installed before and afterwards. */
export function chart(stage: () => Stage, options: { readonly skip?: string }): void {
  describe('the Helm chart, in a namespace with the Pod Security level restricted', options, () => {
    before(async () => {
      const { must } = stage().cluster;
      await must('create', 'namespace', namespace);
      await must('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
    });
    for (const major of helmMajors) withHelm(major, stage);
  });
}

function withHelm(major: HelmMajor, stage: () => Stage): void {
  /** Runs Helm in the network of the cluster, and returns its output. Throws an error with it if Helm fails. */
  async function helm(command: string, args: readonly string[] = [], values?: object): Promise<string> {
    const { cluster } = stage();
    const file = join(cluster.kit.state, 'values.json');
    const ca = await readFile(join(cluster.kit.state, 'pki/ca.crt'), 'utf8');
    const site = {
      registryCAs: { files: { 'registry.pem': ca } },
      image: { repository: `${open}/pullgate`, tag: 'first' },
    };
    await writeFile(file, JSON.stringify({ ...site, fullnameOverride, config: { registries }, ...values }));
    const release = [command, 'gate', ...(values === undefined ? [] : [join(manifests, 'chart'), '-f', file])];
    const all = [...release, '-n', namespace, ...args];
    const [program, inside] = cluster.inside(helmProgram(major), ...all);
    const { stdout } = await promisify(execFile)(program, inside, { timeout: 240_000 });
    return stdout;
  }

  async function bundle(): Promise<string> {
    const path = 'jsonpath={.webhooks[0].clientConfig.caBundle}';
    return stage().cluster.must('get', 'validatingwebhookconfiguration', fullnameOverride, '-o', path);
  }

  describe(`helm ${major}`, () => {
    test('install with failurePolicy Fail: no create fails before, while and after the webhook starts to deny, at 10 creates per second', async (context) => {
      const { cluster } = stage();
      const creates = startCreates(cluster, 10);
      const began = performance.now();
      await helm('install', ['--wait'], fail);
      context.diagnostic(`ready ${((performance.now() - began) / 1_000).toFixed(1)} s after helm install`);
      await untilMissingTagIs(cluster, 'denied');
      context.diagnostic(`denies ${((performance.now() - began) / 1_000).toFixed(1)} s after helm install`);
      const { made, failed, reasons } = await creates.stop();
      context.diagnostic(`${failed} of ${made} creates failed`);
      assert.deepEqual({ failed, reasons }, { failed: 0, reasons: [] });
      assert.ok(made > 50, `only ${made} creates`);
    });

    test('helm test fails if the API server cannot call Pullgate', async () => {
      const { cluster } = stage();
      await cluster.must('delete', 'validatingwebhookconfiguration', fullnameOverride);
      await assert.rejects(helm('test'));
      assert.match(await cluster.must('logs', `${fullnameOverride}-test`, '-n', namespace), /status 404/);
    });

    test('an upgrade to the profile audit restores the webhook, and a missing tag causes a warning', async () => {
      await helm('upgrade', ['--wait'], { profile: 'audit' });
      await untilMissingTagIs(stage().cluster, 'warned');
    });

    test('helm test succeeds, and leaves no object', async () => {
      assert.match(await helm('test'), /Phase: +Succeeded/);
      const kinds = 'pods,serviceaccounts,clusterroles,clusterrolebindings';
      const label = 'app.kubernetes.io/name=pullgate-test';
      const left = () => stage().cluster.must('get', kinds, '-n', namespace, '-l', label, '-o', 'name');
      await until(left, (names) => names === '');
    });

    test('no create fails during an upgrade to another image with failurePolicy Fail, at 20 creates per second', async (context) => {
      const { cluster } = stage();
      const written = await bundle();
      const creates = startCreates(cluster, 20);
      await helm('upgrade', ['--wait'], fail);
      await untilMissingTagIs(cluster, 'denied');
      await helm('upgrade', ['--wait'], { ...fail, image: { repository: `${open}/pullgate`, tag: 'second' } });
      await untilOnlyReadyPodsAreLeft();
      const { made, failed, reasons, p50, p99 } = await creates.stop();
      context.diagnostic(`${failed} of ${made} creates failed, p50 ${p50} ms, p99 ${p99} ms`);
      assert.deepEqual({ failed, reasons }, { failed: 0, reasons: [] });
      assert.ok(made > 200, `only ${made} creates`);
      assert.equal(await bundle(), written);
    });

    test('an upgrade to a configuration that Pullgate refuses fails while the old replicas serve, and a rollback heals it', async () => {
      const { cluster } = stage();
      // The schema of the values knows the form of a duration, but not its limit.
      const broken = { ...fail, config: { registries, deadline: '1ms' } };
      await assert.rejects(helm('upgrade', ['--wait', '--timeout=20s'], broken));
      assert.equal((await untilMissingTagIs(cluster, 'denied')).verdict, 'denied');
      await helm('rollback', ['--wait']);
      await untilOnlyReadyPodsAreLeft();
      const args = ['create', 'deployment', 'x', `--image=${good}`, '-n', 'shop', '--dry-run=server'];
      assert.equal((await tryKubectl(cluster, args)).verdict, 'passed');
    });

    test('no create fails during the documented removal, and no object is left', async (context) => {
      const { cluster } = stage();
      const creates = startCreates(cluster, 20);
      // The API server calls a deleted webhook for some ms more, and Helm deletes the Service right after it.
      await cluster.must('delete', 'validatingwebhookconfiguration', fullnameOverride);
      await untilMissingTagIs(cluster, 'passed');
      await helm('uninstall', ['--wait']);
      const kinds =
        'all,secrets,configmaps,serviceaccounts,roles,rolebindings,networkpolicies,poddisruptionbudgets,' +
        'clusterroles,clusterrolebindings,validatingwebhookconfigurations';
      const label = 'app.kubernetes.io/instance=gate';
      const left = () => cluster.must('get', kinds, '-A', '-l', label, '-o', 'name');
      await until(left, (names) => names === '', 90_000);
      const { made, failed, reasons } = await creates.stop();
      context.diagnostic(`${failed} of ${made} creates failed`);
      assert.deepEqual({ failed, reasons }, { failed: 0, reasons: [] });
    });
  });

  /** Waits until three replicas are ready and no other pod is left. */
  async function untilOnlyReadyPodsAreLeft(): Promise<void> {
    const path = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';
    const states = () => stage().cluster.must('get', 'pods', '-n', namespace, '-o', path);
    await until(states, (text) => text === 'True True True', 120_000);
  }
}
