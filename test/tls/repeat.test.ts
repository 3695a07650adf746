import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { repeat } from '../../src/tls/repeat.ts';

describe('repeat', () => {
  test('a round that throws is reported and repeated', { timeout: 5_000 }, async () => {
    const keepAlive = setInterval(() => undefined, 1_000);
    const errors: unknown[] = [];
    const { promise: repeated, resolve } = Promise.withResolvers<void>();
    let rounds = 0;
    const stop = repeat(
      async () => {
        rounds += 1;
        if (rounds === 1) throw new Error('a bug');
        resolve();
        return true;
      },
      { everyMs: 1, retryMs: 1, timeoutMs: 1_000, onError: (cause) => errors.push(String(cause)) },
    );
    await repeated;
    stop();
    clearInterval(keepAlive);
    assert.deepEqual(errors, ['Error: a bug']);
  });

  test('a round that is stopped is not reported', { timeout: 5_000 }, async () => {
    const keepAlive = setInterval(() => undefined, 1_000);
    const errors: unknown[] = [];
    const { promise: started, resolve } = Promise.withResolvers<AbortSignal>();
    const stop = repeat(
      (signal) => {
        resolve(signal);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
      { everyMs: 1, retryMs: 1, timeoutMs: 1_000, onError: (cause) => errors.push(cause) },
    );
    const signal = await started;
    stop();
    await new Promise((resolve) => setImmediate(resolve));
    clearInterval(keepAlive);
    assert.deepEqual([signal.aborted, errors], [true, []]);
  });
});
