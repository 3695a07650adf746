import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cachedCluster } from '../../src/cluster/cached-cluster.ts';
import { memoryOptions } from '../support/options.ts';
import type { PullSecret } from '../../src/engine/keyring/docker-config.ts';
import type { Cluster, Lookup } from '../../src/engine/ports.ts';

const signal = AbortSignal.timeout(60_000);

function secretNamed(name: string, text = ''): Lookup<PullSecret> {
  return { kind: 'found', value: { name, type: 'Opaque', data: { key: text } } };
}

function clusterOf(answers: () => Promise<Lookup<PullSecret>> | Lookup<PullSecret>): Cluster & { asked: number } {
  return {
    asked: 0,
    async secret() {
      this.asked++;
      return answers();
    },
    serviceAccount: () => Promise.resolve({ kind: 'missing' }),
  };
}

describe('cachedCluster', () => {
  test('a found object is read once', async () => {
    const cluster = clusterOf(() => secretNamed('pull'));
    const cached = cachedCluster(cluster, memoryOptions);
    await cached.secret('shop', 'pull', signal);
    assert.equal((await cached.secret('shop', 'pull', signal)).kind, 'found');
    assert.equal(cluster.asked, 1);
    await cached.secret('other', 'pull', signal);
    assert.equal(cluster.asked, 2, 'a secret of the same name in another namespace is another secret');
  });

  test('a ttl of 0 disables the cache', async () => {
    const cluster = clusterOf(() => secretNamed('pull'));
    const cached = cachedCluster(cluster, { ttlMs: 0 });
    await cached.secret('shop', 'pull', signal);
    await cached.secret('shop', 'pull', signal);
    assert.equal(cluster.asked, 2);
  });

  for (const lookup of [
    { kind: 'missing' },
    { kind: 'forbidden' },
    { kind: 'unavailable', reason: 'timeout' },
  ] as const satisfies readonly Lookup<PullSecret>[]) {
    test(`the result ${lookup.kind} is never cached, so that a new secret works at once`, async () => {
      let now: Lookup<PullSecret> = lookup;
      const cached = cachedCluster(
        clusterOf(() => now),
        memoryOptions,
      );
      assert.equal((await cached.secret('shop', 'pull', signal)).kind, lookup.kind);
      now = secretNamed('pull');
      assert.equal((await cached.secret('shop', 'pull', signal)).kind, 'found');
    });
  }

  test('`fresh` reads a rotated secret at once and updates the cache', async () => {
    let now = secretNamed('pull', 'old');
    const cached = cachedCluster(
      clusterOf(() => now),
      memoryOptions,
    );
    await cached.secret('shop', 'pull', signal);
    now = secretNamed('pull', 'new');
    assert.deepEqual(await cached.secret('shop', 'pull', signal), secretNamed('pull', 'old'));
    assert.deepEqual(await cached.fresh.secret('shop', 'pull', signal), now);
    assert.deepEqual(await cached.secret('shop', 'pull', signal), now);
  });

  test('concurrent reads share one request, which continues if one caller aborts', async () => {
    const { promise, resolve } = Promise.withResolvers<Lookup<PullSecret>>();
    const cluster = clusterOf(() => promise);
    const cached = cachedCluster(cluster, memoryOptions);
    const impatient = new AbortController();
    const first = cached.secret('shop', 'pull', impatient.signal);
    const second = cached.secret('shop', 'pull', signal);
    impatient.abort();
    await assert.rejects(first, { name: 'AbortError' });
    resolve(secretNamed('pull'));
    assert.equal((await second).kind, 'found');
    assert.equal(cluster.asked, 1);
  });

  test('the size of the cache is limited', async () => {
    const cluster = clusterOf(() => secretNamed('pull', 'x'.repeat(600)));
    const cached = cachedCluster(cluster, { ...memoryOptions, maxSize: 1_000 });
    await cached.secret('shop', 'one', signal);
    await cached.secret('shop', 'two', signal);
    await cached.secret('shop', 'one', signal);
    assert.equal(cluster.asked, 3);
  });
});
