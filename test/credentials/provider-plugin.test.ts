import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { nodeKeyring } from '../../src/credentials/node-keyring.ts';
import { answer, image, never, pod, result, scriptPlugin } from './plugin-script.ts';

/** Whether a process runs. A killed process may remain as a zombie, which does not count. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

describe('the process of a plugin', () => {
  test('is killed with its children after the time limit', { timeout: 120_000 }, async () => {
    const { plugin, binDir } = await scriptPlugin('sleep 60 & echo $! >"$0.child"; wait', {}, undefined, 1_000);
    assert.deepEqual(await result(plugin), ['timeout']);
    const child = Number(await readFile(join(binDir, 'plugin.child'), 'utf8'));
    while (await isRunning(child)) await setTimeout(5);
  });

  test('is undecided if its executable is missing', async () => {
    const { plugin } = await scriptPlugin('', { name: 'missing' });
    assert.deepEqual(await result(plugin), ['crashed']);
  });

  test('does not run for an image that matchImages does not cover', async () => {
    const { plugin, count } = await scriptPlugin(answer(), { matchImages: ['other.io'] });
    assert.deepEqual(await result(plugin), []);
    assert.equal(await count(), 0);
  });

  test('gets its arguments, and its variables in addition to those of Pullgate', async () => {
    const script = `[ "$1$A" = xb ] && [ -n "$PATH" ] || exit 1\n${answer()}`;
    const { plugin } = await scriptPlugin(script, { args: ['x'], env: { A: 'b' } });
    assert.deepEqual(await result(plugin), ['alice']);
  });

  test('does not delay a caller that aborts', async () => {
    const { plugin } = await scriptPlugin(`sleep 0.2\n${answer()}`);
    const signal = AbortSignal.timeout(20);
    await assert.rejects(nodeKeyring(undefined, [plugin]).lookup(image, pod, signal), { name: 'TimeoutError' });
  });
});

describe('the answer of a plugin', () => {
  test('is shared by concurrent callers with the same question', async () => {
    const { plugin, count } = await scriptPlugin(`sleep 0.1\n${answer({ cacheDuration: '1h' })}`);
    const results = await Promise.all(Array.from({ length: 20 }, () => result(plugin)));
    assert.deepEqual(
      results,
      Array.from({ length: 20 }, () => ['alice']),
    );
    assert.equal(await count(), 1);
  });

  test('is cached for every image of the registry if it says so', async () => {
    const { plugin, count } = await scriptPlugin(answer({ cacheKeyType: 'Registry', cacheDuration: '1h' }));
    await plugin.provide('r.io/a', pod, never);
    await plugin.provide('r.io/b', pod, never);
    assert.equal(await count(), 1);
  });

  test('is not used for other images if its cache duration is 0', async () => {
    const { plugin, count } = await scriptPlugin(answer({ cacheKeyType: 'Global', cacheDuration: '0s' }));
    await plugin.provide('r.io/a', pod, never);
    await plugin.provide('r.io/b', pod, never);
    assert.equal(await count(), 2);
  });

  test('is not used for another image of the registry for which it has no credentials', async () => {
    const auth = { 'r.io/a': { username: 'alice', password: 's3cret' } };
    const { plugin, count } = await scriptPlugin(answer({ cacheKeyType: 'Registry', cacheDuration: '1h', auth }));
    for (const name of ['r.io/a', 'r.io/b', 'r.io/b', 'r.io/a']) await plugin.provide(name, pod, never);
    assert.equal(await count(), 2);
  });
});
