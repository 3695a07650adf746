import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Question } from '../../../src/engine/ports.ts';
import { decorate } from '../../../src/registry/decorators/decorate.ts';
import { sharedRegistry } from '../../../src/registry/decorators/shared-registry.ts';
import { failures } from '../../support/answers.ts';
import { fakeClock, settle } from '../../support/fake-clock.ts';
import { basic, descriptor, fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';
import { decorateOptions } from '../../support/options.ts';

function from(namespace: string, repository = 'team/app'): Question {
  return { ...question({ repository }), namespace };
}

describe('sharedRegistry', () => {
  test('makes one call for the same question of several namespaces', async () => {
    const inner = fakeRegistry();
    const shared = sharedRegistry(inner, fakeClock());
    const answers = ['a', 'b', 'c'].map((namespace) => shared.resolve(from(namespace), patient()));
    inner.calls[0]?.reply(found);
    assert.deepEqual(await Promise.all(answers), [found, found, found]);
    assert.equal(inner.calls.length, 1);
  });

  test('makes a call for each credential, method and way to read', async () => {
    const inner = fakeRegistry();
    const shared = sharedRegistry(inner, fakeClock());
    const leaving = new AbortController();
    const calls = [question(), question({ credential: basic('ann') })].flatMap((each) => [
      shared.resolve(each, leaving.signal),
      shared.manifest(each, descriptor, leaving.signal),
      shared.blob(each, descriptor, false, leaving.signal),
      shared.blob(each, descriptor, true, leaving.signal),
    ]);
    assert.equal(inner.calls.length, 8);
    leaving.abort();
    await Promise.allSettled(calls);
  });

  test('asks again for those who joined a call that ends in a denial', async () => {
    const inner = fakeRegistry();
    const shared = sharedRegistry(inner, fakeClock());
    const first = shared.resolve(from('a'), patient());
    const joined = shared.resolve(from('b'), patient());
    inner.calls[0]?.reply(failures['not-found']);
    assert.equal((await first).kind, 'not-found');
    await settle();
    inner.calls[1]?.reply(found);
    assert.equal((await joined).kind, 'found');
  });

  test('is behind the limit: a namespace never waits in the queue of another one', async () => {
    const inner = fakeRegistry(({ question: { reference } }) => (reference.repository === 'hangs' ? undefined : found));
    const { registry } = decorate(
      { registry: inner, tags: { tags: async () => [] } },
      { ...decorateOptions, clock: fakeClock(), limit: { concurrency: 4 } },
    );
    const leaving = new AbortController();
    const calls = ['1', '2', '3', '4'].map((tag) =>
      registry.resolve({ ...question({ repository: 'hangs', tag }), namespace: 'bad' }, leaving.signal),
    );
    calls.push(registry.resolve(from('bad'), leaving.signal));
    await settle();
    assert.equal((await registry.resolve(from('good'), patient())).kind, 'found');
    leaving.abort();
    await Promise.allSettled(calls);
  });
});
