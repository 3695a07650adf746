import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { removal as commands } from '../manifests/page.ts';
import { until, type Cluster } from './cluster.ts';
import { good, missing } from './images.ts';
import { replicas, tryKubectl, untilMissingTagIs, untilReplaced, type Result } from './pullgate.ts';
import { install, type Stage } from './site.ts';

/** Tests how to remove Pullgate, and how to recover, with failurePolicy Fail. */
export function removal(stage: () => Stage): void {
  describe('removal and recovery', () => {
    test('replicas that cannot start do not block a drain', async () => {
      const { cluster } = stage();
      await install(stage(), { on: 'overlays/enforce', config: { profil: 'strict' } });
      await cluster.must('delete', 'pods', '--all', '-n', 'pullgate', '--wait=false');
      const all = await until(
        () => replicas(cluster),
        (pods) =>
          pods.length >= 3 &&
          pods.every(({ readyAfterMs }) => readyAfterMs === undefined) &&
          pods.some(({ restarts }) => restarts > 0),
        90_000,
      );
      const message = 'jsonpath={.items[*].status.containerStatuses[*].lastState.terminated.message}';
      const messages = await cluster.must('get', 'pods', '-n', 'pullgate', '-o', message);
      assert.match(messages, /profil: unknown key; did you mean profile\?/, 'kubectl describe pod names the cause');
      for (const { name } of all) await evict(cluster, name);
    });

    test('after the namespace is deleted, every create fails until Pullgate is installed again', async (context) => {
      const { cluster } = stage();
      await cluster.must('delete', 'namespace', 'pullgate', '--timeout=120s');
      assert.equal((await create(cluster, good)).verdict, 'failed');
      const began = performance.now();
      await install(stage(), { on: 'overlays/enforce' });
      await untilMissingTagIs(cluster, 'denied');
      context.diagnostic(`first verdict ${((performance.now() - began) / 1_000).toFixed(1)} s after apply`);
      await untilReplaced(cluster, 3);
      assert.equal((await create(cluster, good)).verdict, 'passed');
    });

    test('after the quick removal creates pass, and after a new install a running replica fills the CA bundle', async () => {
      const { cluster } = stage();
      await cluster.must('delete', 'validatingwebhookconfiguration', 'pullgate');
      await until(
        () => create(cluster, missing),
        ({ verdict }) => verdict === 'passed',
        5_000,
      );
      await install(stage(), { on: 'overlays/enforce' });
      await untilMissingTagIs(cluster, 'denied');
    });

    test('after the documented removal no object is left, and creates pass', async () => {
      const { cluster } = stage();
      assert.ok(commands.length > 0);
      for (const args of commands) await cluster.must(...args);
      assert.equal((await create(cluster, missing)).verdict, 'passed');
      const kinds = 'clusterroles,clusterrolebindings,rolebindings,validatingwebhookconfigurations,namespaces';
      const left = ['get', kinds, '-A', '-l', 'app.kubernetes.io/part-of=pullgate', '-o', 'name'];
      assert.equal(await cluster.must(...left), '');
    });
  });
}

async function create(cluster: Cluster, image: string): Promise<Result> {
  return tryKubectl(cluster, ['create', 'deployment', 'x', `--image=${image}`, '-n', 'shop', '--dry-run=server']);
}

async function evict(cluster: Cluster, name: string): Promise<void> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'pullgate' } };
  const path = `/api/v1/namespaces/pullgate/pods/${name}/eviction`;
  const { code, stderr } = await cluster.kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction));
  // An old pod that was stopping may be gone by now.
  if (stderr.includes(`pods "${name}" not found`)) return;
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
}
