import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startCreates } from './creates.ts';
import { missing } from './images.ts';
import { replicas, untilMissingTagIs, untilReady, untilReplaced } from './pullgate.ts';
import { install, type Stage } from './site.ts';

/** Tests a first install with failurePolicy Fail in one step, as the README says. Afterwards `enforce` is installed. */
export function firstInstall(stage: () => Stage): void {
  describe('a first install with failurePolicy Fail: enforce in one apply', () => {
    test('no create fails before, while and after the webhook starts to deny, at 10 creates per second', async (context) => {
      const { cluster } = stage();
      const creates = startCreates(cluster, 10);
      const began = performance.now();
      await install(stage(), { on: 'overlays/enforce' });
      await untilMissingTagIs(cluster, 'denied');
      const denies = ((performance.now() - began) / 1_000).toFixed(1);
      await untilReady(cluster);
      const { made, failed, reasons, p50, p99 } = await creates.stop();
      context.diagnostic(
        `denies ${denies} s after apply, ${failed} of ${made} creates failed, p50 ${p50} ms, p99 ${p99} ms`,
      );
      assert.deepEqual({ failed, reasons }, { failed: 0, reasons: [] });
      assert.ok(made > 50, `only ${made} creates`);
    });

    test('no missing tag passes during another apply, and during a change to base and back, at 10 creates per second', async (context) => {
      const { cluster } = stage();
      const creates = startCreates(cluster, 10, missing);
      for (const on of ['overlays/enforce', 'base', 'overlays/enforce']) {
        await install(stage(), { on });
        await untilReady(cluster);
      }
      const { made, failed, reasons } = await creates.stop();
      context.diagnostic(`${failed} of ${made} creates of a missing tag were denied`);
      assert.equal(failed, made);
      for (const reason of reasons) assert.match(reason, /denied the request/);
      assert.ok(made > 20, `only ${made} creates`);
    });

    test('each replica is ready within ten seconds after its container started, and none restarted', async (context) => {
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
