import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { startCreates } from './creates.ts';
import { replicas, untilMissingIs, untilReady, untilReplaced } from './pullgate.ts';
import { install, type Stage } from './site.ts';

/** A first install, in the order of the page; `enforce` is in place afterwards. */
export function firstInstall(stage: () => Stage): void {
  suite('a first install: base, and enforce once it is ready', () => {
    test('10 creates a second meanwhile: none fails', async (context) => {
      const { cluster } = stage();
      const creates = startCreates(cluster, 10);
      const began = performance.now();
      await install(stage(), { on: 'base' });
      await untilReady(cluster);
      const ready = ((performance.now() - began) / 1_000).toFixed(1);
      await install(stage(), { on: 'overlays/enforce' });
      await untilReady(cluster);
      await untilMissingIs(cluster, 'refused');
      const { made, failed, reasons, p50, p99 } = await creates.stop();
      context.diagnostic(
        `ready ${ready} s after apply, ${failed} of ${made} creates failed, p50 ${p50} ms, p99 ${p99} ms`,
      );
      assert.deepEqual({ failed, reasons }, { failed: 0, reasons: [] });
      assert.ok(made > 50, `only ${made} creates`);
    });

    test('each replica is ready within ten seconds of its image being there, and none began twice', async (context) => {
      const all = await untilReplaced(stage().cluster, 3);
      context.diagnostic(`ready after ${all.map(({ readyAfterMs = NaN }) => readyAfterMs / 1_000).join(', ')} s`);
      for (const { readyAfterMs = Infinity } of all) assert.ok(readyAfterMs <= 10_000, `${readyAfterMs} ms`);
      assert.deepEqual(
        (await replicas(stage().cluster)).map(({ restarts }) => restarts),
        [0, 0, 0],
      );
    });
  });
}
