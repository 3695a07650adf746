import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { until } from './cluster.ts';
import { open } from './images.ts';
import { refreshVolumes, untilReady, untilReplaced } from './pullgate.ts';
import { install, registries, type Stage } from './site.ts';

const on = 'overlays/enforce';

interface Case {
  readonly it: string;
  /** What is missing when a new pod starts. */
  readonly remove: (stage: Stage) => Promise<unknown>;
  /** Adds what is missing, while the pod waits. */
  readonly add: (stage: Stage) => Promise<unknown>;
  readonly event: RegExp;
}

const late = [{ host: open, ca: '/etc/pullgate-ca/late.pem' }, ...registries.slice(1)];

const cases: readonly Case[] = [
  {
    it: 'the Secret with the certificate',
    remove: ({ cluster }) => cluster.must('delete', 'secret', 'pullgate-tls', '-n', 'pullgate'),
    add: (stage) => install(stage, { on }),
    event: /NotStarted .*the Secret pullgate\/pullgate-tls does not exist/,
  },
  {
    it: 'the CA of a registry',
    remove: (stage) => install(stage, { on, config: { registries: late } }),
    async add({ cluster }) {
      const pem = await readFile(join(cluster.kit.state, 'pki/ca.crt'), 'utf8');
      const patch = JSON.stringify({ data: { 'late.pem': pem } });
      await cluster.must('patch', 'configmap', 'pullgate-registry-cas', '-n', 'pullgate', '-p', patch);
      await refreshVolumes(cluster);
    },
    event: /NotStarted .*late\.pem: cannot be read/,
  },
];

/** Tests a new pod that needs something which is created after it. Before and afterwards, `enforce` is installed. */
export function missingObjects(stage: () => Stage): void {
  describe('an object that is missing when a pod starts', () => {
    for (const { it, remove, add, event } of cases) {
      test(`${it}: kubectl describe pod names it, and the pod starts without a restart when it is there`, async () => {
        const { cluster } = stage();
        await install(stage(), { on });
        const [old] = await untilReplaced(cluster, 3);
        await remove(stage());
        await cluster.must('delete', 'pod', old?.name ?? '', '-n', 'pullgate', '--wait=false');
        await until(
          () => cluster.must('describe', 'pods', '-n', 'pullgate', '--show-events=true'),
          (text) => event.test(text.replaceAll(/\s+/g, ' ')),
        );
        await add(stage());
        await untilReady(cluster);
        const all = await untilReplaced(cluster, 3);
        assert.deepEqual(
          all.map(({ restarts }) => restarts),
          [0, 0, 0],
        );
      });
    }
  });
}
