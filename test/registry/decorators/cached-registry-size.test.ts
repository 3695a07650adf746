import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cachedRegistry } from '../../../src/registry/decorators/cached-registry.ts';
import type { CacheEvent } from '../../../src/registry/decorators/memory.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { descriptor, fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';
import { cacheOptions as options } from './cache-options.ts';

describe('the size of the cache', () => {
  test('evicts old answers and keeps the newest', async () => {
    let evicted = 0;
    const inner = fakeRegistry(() => found);
    const onEvent = (event: CacheEvent): void => {
      if (event === 'evicted') evicted += 1;
    };
    const cached = cachedRegistry(inner, { ...options, maxBytes: 2 ** 20, clock: fakeClock(), onEvent });
    for (let index = 0; index < 20_000; index += 1) {
      await cached.resolve(question({ repository: `team/app-${index}` }), patient());
    }
    assert.ok(20_000 - evicted < 2500, `${20_000 - evicted} kept`);
    await cached.resolve(question({ repository: 'team/app-19999' }), patient());
    assert.equal(inner.calls.length, 20_000);
  });

  test('counts the size of manifests against maxBytes', async () => {
    const wide = { kind: 'image', config: descriptor, layers: Array.from({ length: 2500 }, () => descriptor) } as const;
    const inner = fakeRegistry(() => wide);
    const cached = cachedRegistry(inner, { ...options, maxBytes: 2 ** 20, clock: fakeClock() });
    for (const repository of ['a', 'b', 'a']) await cached.manifest(question({ repository }), descriptor, patient());
    assert.equal(inner.calls.length, 3);
  });
});
