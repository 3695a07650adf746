import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from './cluster.ts';
import { makeCreates, startCreates } from './creates.ts';
import { memoryOf, metricsOf, replicas, untilReady, untilReplaced, type Replica } from './pullgate.ts';
import { install, type Stage } from './site.ts';

/** Tests memory and metrics, and a rollout during creates, with failurePolicy Fail. */
export function replacement(stage: () => Stage): void {
  describe('running replicas, and their replacement', () => {
    test('the metrics count 2,000 creates', async (context) => {
      const { cluster } = stage();
      const all = await replicas(cluster);
      const before = await memories(all);
      const counted = await reviews(all);
      const { made, failed, reasons, p50, p99 } = await makeCreates(cluster, 2_000, 80);
      assert.deepEqual({ made, failed, reasons }, { made: 2_000, failed: 0, reasons: [] });
      const after = await memories(all);
      context.diagnostic(
        `memory of each pod, MiB: ${before.join(', ')} before, ${after.join(', ')} after; duration of a create: p50 ${p50} ms, p99 ${p99} ms`,
      );
      assert.ok((await reviews(all)) - counted >= 2_000);
      for (const mib of after) assert.ok(mib < 200, `${mib} MiB`);
    });

    test('no create fails during a rolling restart and an upgrade, at 20 creates per second', async (context) => {
      const { cluster } = stage();
      const before = await bundle();
      const creates = startCreates(cluster, 20);
      await cluster.must('rollout', 'restart', 'deployment/pullgate', '-n', 'pullgate');
      await untilReady(cluster);
      await install(stage(), { on: 'overlays/enforce', tag: 'second' });
      const all = await untilReplaced(cluster, 3);
      const { made, failed, reasons, p50, p99 } = await creates.stop();
      context.diagnostic(`${failed} of ${made} creates failed, p50 ${p50} ms, p99 ${p99} ms`);
      context.diagnostic(`memory of the new pods, MiB: ${(await memories(all)).join(', ')}`);
      assert.deepEqual({ failed, reasons }, { failed: 0, reasons: [] });
      assert.ok(made > 200, `only ${made} creates`);
      assert.equal(await bundle(), before);
    });
  });

  async function reviews(all: readonly Replica[]): Promise<number> {
    const texts = await Promise.all(all.map((replica) => metricsOf(stage().cluster, replica)));
    const counts = texts.flatMap((text) => [...text.matchAll(/^pullgate_review_duration_seconds_count\S* (\d+)$/gm)]);
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  async function bundle(): Promise<string> {
    const path = 'jsonpath={.webhooks[0].clientConfig.caBundle}';
    return until(
      () => stage().cluster.must('get', 'validatingwebhookconfiguration', 'pullgate', '-o', path),
      (text) => text !== '',
    );
  }
}

async function memories(all: readonly Replica[]): Promise<readonly number[]> {
  return Promise.all(all.map(memoryOf));
}
