import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deployment } from '../e2e/objects.ts';
import { until } from './cluster.ts';
import { closed, locked, login } from './images.ts';
import { hurry, metricsOf, replicas, tried, untilMissingIs, untilReplaced } from './pullgate.ts';
import { install, type Stage } from './site.ts';

const on = 'overlays/enforce';
const components = ['events', 'recheck'];
const base = { events: true, recheck: true, missingSecret: 'warn' };

/** What Pullgate does beside its answers: Events, second looks, and a configuration that changes. */
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

  suite('what follows the answer', () => {
    test('a secret that is late: an Event of the doubt, an Event once it is there, and the Pod runs', async (context) => {
      const { cluster } = stage();
      await install(stage(), { on, components, config: base });
      await cluster.must('rollout', 'restart', 'deployment/pullgate', '-n', 'pullgate');
      await untilReplaced(cluster, 3);
      const said = await tried(
        cluster,
        ['apply', '-n', 'shop', '-f', '-'],
        deployment('late', locked, { secrets: ['late'] }),
      );
      assert.equal(said.verdict, 'warned', said.text);
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

    test('a new configuration holds without a restart, and a broken one leaves it in force', async () => {
      const { cluster } = stage();
      const before = await replicas(cluster);
      await install(stage(), { on, components, config: { ...base, profile: 'audit' } });
      await hurry(cluster);
      await untilMissingIs(cluster, 'warned');
      await install(stage(), { on, components, config: { ...base, profil: 'strict' } });
      await hurry(cluster);
      for (const replica of before) {
        const refused = /^pullgate_config_refused\S* 1$/m;
        await until(
          () => metricsOf(cluster, replica),
          (text) => refused.test(text),
        );
      }
      assert.equal((await untilMissingIs(cluster, 'warned')).verdict, 'warned');
      await install(stage(), { on, components, config: base });
      await hurry(cluster);
      await untilMissingIs(cluster, 'refused');
      assert.deepEqual(
        (await replicas(cluster)).map(({ name, restarts }) => ({ name, restarts })),
        before.map(({ name }) => ({ name, restarts: 0 })),
      );
    });
  });
}
