import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment } from '../e2e/objects.ts';
import { until } from './cluster.ts';
import { closed, locked, login } from './images.ts';
import { refreshVolumes, metricsOf, replicas, tryKubectl, untilMissingTagIs, untilReplaced } from './pullgate.ts';
import { install, type Stage } from './site.ts';

const on = 'overlays/enforce';
const components = ['events', 'recheck'];
const base = { events: true, recheck: true, missingSecret: 'warn' };

/** Tests of what Pullgate does after admission: Events, rechecks, and changes of the configuration. */
export function afterAdmission(stage: () => Stage): void {
  async function reasons(): Promise<string> {
    const path = 'jsonpath={.items[*].reason}';
    return stage().cluster.must(
      'get',
      'events.events.k8s.io',
      '-n',
      'shop',
      '-o',
      path,
      '--field-selector=regarding.name=late',
    );
  }

  describe('after admission', () => {
    test('a secret that is created late: an Event that warns, an Event after the secret exists, and the Pod runs', async (context) => {
      const { cluster } = stage();
      await install(stage(), { on, components, config: base });
      await cluster.must('rollout', 'restart', 'deployment/pullgate', '-n', 'pullgate');
      await untilReplaced(cluster, 3);
      const result = await tryKubectl(
        cluster,
        ['apply', '-n', 'shop', '-f', '-'],
        deployment('late', locked, { secrets: ['late'] }),
      );
      assert.equal(result.verdict, 'warned', result.text);
      await until(reasons, (text) => text.includes('ImagesInDoubt'));
      const began = performance.now();
      const flags = [
        `--docker-server=${closed}`,
        `--docker-username=${login.username}`,
        `--docker-password=${login.password}`,
      ];
      await cluster.must('create', 'secret', 'docker-registry', 'late', '-n', 'shop', ...flags);
      await until(reasons, (text) => text.includes('ImagesPullable'), 60_000);
      context.diagnostic(`ImagesPullable ${((performance.now() - began) / 1_000).toFixed(0)} s after the secret`);
      await cluster.must('rollout', 'status', 'deployment/late', '-n', 'shop', '--timeout=120s');
    });

    test('a new configuration takes effect without a restart, and stays active after an invalid one', async () => {
      const { cluster } = stage();
      const before = await replicas(cluster);
      await install(stage(), { on, components, config: { ...base, profile: 'audit' } });
      await refreshVolumes(cluster);
      await untilMissingTagIs(cluster, 'warned');
      await install(stage(), { on, components, config: { ...base, profil: 'strict' } });
      await refreshVolumes(cluster);
      for (const replica of before) {
        const rejected = /^pullgate_config_rejected\S* 1$/m;
        await until(
          () => metricsOf(cluster, replica),
          (text) => rejected.test(text),
        );
      }
      assert.equal((await untilMissingTagIs(cluster, 'warned')).verdict, 'warned');
      await install(stage(), { on, components, config: base });
      await refreshVolumes(cluster);
      await untilMissingTagIs(cluster, 'denied');
      assert.deepEqual(
        (await replicas(cluster)).map(({ name, restarts }) => ({ name, restarts })),
        before.map(({ name }) => ({ name, restarts: 0 })),
      );
    });
  });
}
