import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeat } from '../../src/tls/repeat.ts';

test('a round that throws is told, and run again', { timeout: 5_000 }, async () => {
  const keepAlive = setInterval(() => undefined, 1_000);
  const told: unknown[] = [];
  const { promise: again, resolve } = Promise.withResolvers<void>();
  let rounds = 0;
  const stop = repeat(
    async () => {
      rounds += 1;
      if (rounds === 1) throw new Error('a bug');
      resolve();
      return true;
    },
    { everyMs: 1, againMs: 1, timeoutMs: 1_000, onError: (cause) => told.push(String(cause)) },
  );
  await again;
  stop();
  clearInterval(keepAlive);
  assert.deepEqual(told, ['Error: a bug']);
});

test('a round that is called off is told to nobody', { timeout: 5_000 }, async () => {
  const keepAlive = setInterval(() => undefined, 1_000);
  const told: unknown[] = [];
  const { promise: begun, resolve } = Promise.withResolvers<AbortSignal>();
  const stop = repeat(
    (signal) => {
      resolve(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
    { everyMs: 1, againMs: 1, timeoutMs: 1_000, onError: (cause) => told.push(cause) },
  );
  const signal = await begun;
  stop();
  await new Promise((resolve) => setImmediate(resolve));
  clearInterval(keepAlive);
  assert.deepEqual([signal.aborted, told], [true, []]);
});
