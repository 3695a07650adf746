import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '../../src/lib/clock.ts';

describe('the system clock', () => {
  test('never decreases', () => {
    const times = Array.from({ length: 100 }, () => systemClock.now());
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  test('runs a task once, after the time', async () => {
    const start = systemClock.now();
    let runs = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    systemClock.schedule(5, () => {
      runs += 1;
      resolve();
    });
    const keepAlive = setInterval(() => undefined, 1_000);
    await promise;
    clearInterval(keepAlive);
    // A timer may fire up to 1 ms early.
    assert.ok(systemClock.now() - start >= 4);
    assert.equal(runs, 1);
  });

  test('does not run a task that was cancelled', async () => {
    let ran = false;
    systemClock.schedule(1, () => (ran = true))();
    // A later timer: if the first one had not been cancelled, it would have run before.
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(ran, false);
  });

  test('does not keep the process alive', async () => {
    const script = `
      const { systemClock } = await import('${new URL('../../src/lib/clock.ts', import.meta.url).href}');
      systemClock.schedule(3_600_000, () => undefined);
      console.log('end');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    assert.match(stdout, /end/);
  });
});
