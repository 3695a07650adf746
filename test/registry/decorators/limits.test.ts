import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Registry } from '../../../src/engine/ports.ts';
import { decorateEach } from '../../../src/registry/decorators/decorate-each.ts';
import { limits, type LimitOptions } from '../../../src/registry/decorators/limits.ts';
import { settle } from '../../support/fake-clock.ts';
import { fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';

function repositoriesOf(inner: ReturnType<typeof fakeRegistry>): readonly string[] {
  return inner.calls.map(({ question }) => question.reference.repository);
}

const keyOf: LimitOptions['keyOf'] = ({ reference }) => reference.registry;

/** `registry` with places for each host. */
function limitedRegistry(
  registry: Registry,
  { places, ...options }: Omit<LimitOptions, 'keyOf' | 'placesOf'> & { readonly places: number },
): Registry {
  return decorateEach(registry, limits({ keyOf, placesOf: () => places, ...options }));
}

describe('limits', () => {
  test('limits the concurrent calls to a registry, in the order of arrival', async () => {
    const inner = fakeRegistry();
    const limited = limitedRegistry(inner, { places: 3, maxWaiting: 10 });
    const answers = ['a', 'b', 'c', 'd'].map((repository) => limited.resolve(question({ repository }), patient()));
    for (let index = 0; index < answers.length; index += 1) {
      await settle();
      inner.calls[index]?.reply(found);
      await answers[index];
    }
    assert.deepEqual(repositoriesOf(inner), ['a', 'b', 'c', 'd']);
    assert.equal(inner.busiest, 2);
  });

  test('does not delay other registries if one is dead', async () => {
    const inner = fakeRegistry(({ question }) => (question.reference.registry === 'dead.example' ? undefined : found));
    const limited = limitedRegistry(inner, { places: 1, maxWaiting: 1000 });
    const leaving = new AbortController();
    const dead = Array.from({ length: 100 }, () =>
      assert.rejects(limited.resolve(question({ registry: 'dead.example' }), leaving.signal)),
    );
    assert.equal((await limited.resolve(question(), patient())).kind, 'found');
    leaving.abort();
    await Promise.all(dead);
  });

  test('has places for a namespace while another one waits for a registry that never answers', async () => {
    const inner = fakeRegistry(({ question }) => (question.namespace === 'good' ? found : undefined));
    const limited = limitedRegistry(inner, { places: 8, maxWaiting: 5 });
    const leaving = new AbortController();
    const hanging = Array.from({ length: 10 }, () =>
      limited.resolve({ ...question(), namespace: 'bad' }, leaving.signal).catch(() => 'left'),
    );
    const answers = ['a', 'b', 'c'].map((repository) =>
      limited.resolve({ ...question({ repository }), namespace: 'good' }, patient()),
    );
    assert.deepEqual(
      (await Promise.all(answers)).map(({ kind }) => kind),
      ['found', 'found', 'found'],
    );
    leaving.abort();
    await Promise.all(hanging);
  });

  test('returns not-asked at once if the queue is full', async () => {
    const inner = fakeRegistry();
    const limited = limitedRegistry(inner, { places: 1, maxWaiting: 1 });
    const first = limited.resolve(question(), patient());
    const second = limited.resolve(question(), patient());
    const third = await limited.resolve(question(), patient());
    assert.deepEqual(third, { kind: 'not-asked', reason: 'overload', host: 'registry.example' });
    await settle();
    inner.calls[0]?.reply(found);
    await first;
    await settle();
    inner.calls[1]?.reply(found);
    await second;
  });

  test('removes a caller from the queue if it leaves', async () => {
    const inner = fakeRegistry();
    const limited = limitedRegistry(inner, { places: 1, maxWaiting: 1 });
    const leaving = new AbortController();
    const first = limited.resolve(question({ repository: 'first' }), patient());
    const left = assert.rejects(limited.resolve(question({ repository: 'left' }), leaving.signal), /gone/);
    leaving.abort(new Error('gone'));
    await left;
    const last = limited.resolve(question({ repository: 'last' }), patient());
    await settle();
    inner.calls[0]?.reply(found);
    await first;
    await settle();
    inner.calls[1]?.reply(found);
    await last;
    assert.deepEqual(repositoriesOf(inner), ['first', 'last']);
  });

  test('frees the place of a call that throws', async () => {
    const inner = fakeRegistry(({ question }) => {
      if (question.reference.repository === 'bug') throw new Error('bug');
      return found;
    });
    const limited = limitedRegistry(inner, { places: 1, maxWaiting: 1 });
    await assert.rejects(limited.resolve(question({ repository: 'bug' }), patient()), /bug/);
    assert.equal((await limited.resolve(question(), patient())).kind, 'found');
  });

  test('reports the load of a host, down to 0', async () => {
    const loads: [number, number][] = [];
    const onLoad = (_host: string, active: number, waiting: number): void => void loads.push([active, waiting]);
    const limited = limitedRegistry(
      fakeRegistry(() => found),
      { places: 1, maxWaiting: 1, onLoad },
    );
    await Promise.all([limited.resolve(question(), patient()), limited.resolve(question(), patient())]);
    assert.deepEqual(loads[1], [1, 1]);
    assert.deepEqual(loads.at(-1), [0, 0]);
  });
});
