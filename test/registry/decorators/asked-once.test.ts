import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Failure } from '../../../src/engine/answer.ts';
import { askedOnce } from '../../../src/registry/decorators/asked-once.ts';
import { decorate } from '../../../src/registry/decorators/decorate.ts';
import { failures } from '../../support/answers.ts';
import { fakeClock, settle } from '../../support/fake-clock.ts';
import { basic, fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';
import { decorateOptions } from '../../support/options.ts';

/** How many calls two questions about the same image make, one after the other and from two namespaces. */
async function callsFor(answer: Failure | typeof found): Promise<number> {
  const inner = fakeRegistry(() => answer);
  const registry = askedOnce(inner, fakeClock());
  for (const namespace of ['a', 'b']) await registry.resolve({ ...question(), namespace }, patient());
  return inner.calls.length;
}

describe('askedOnce', () => {
  test('keeps an image that was found', async () => assert.equal(await callsFor(found), 1));

  for (const [kind, failure] of Object.entries(failures)) {
    const calls = kind === 'not-asked' ? 2 : 1;
    test(`asks ${calls === 1 ? 'once' : 'again'} after the answer ${kind}`, async () =>
      assert.equal(await callsFor(failure), calls));
  }

  test('asks with each credential', async () => {
    const inner = fakeRegistry(() => found);
    const registry = askedOnce(inner, fakeClock());
    for (const credential of [basic('ann'), basic('bob'), basic('ann')])
      await registry.resolve(question({ credential }), patient());
    assert.equal(inner.calls.length, 2);
  });

  test('shares a call that is running, and its failure', async () => {
    const inner = fakeRegistry();
    const registry = askedOnce(inner, fakeClock());
    const answers = ['a', 'b'].map((namespace) => registry.resolve({ ...question(), namespace }, patient()));
    inner.calls[0]?.reply(failures['not-found']);
    assert.deepEqual(
      (await Promise.all(answers)).map(({ kind }) => kind),
      ['not-found', 'not-found'],
    );
    assert.equal(inner.calls.length, 1);
  });

  test('asks for a part of an image where the image came from', async () => {
    const inner = fakeRegistry(() => found);
    await askedOnce(inner, fakeClock()).resolve({ ...question(), at: 'mirror.example/team/app' }, patient());
    assert.equal(inner.calls[0]?.question.at, 'mirror.example/team/app');
  });

  test('counts all namespaces as one', async () => {
    const inner = fakeRegistry(() => found);
    await askedOnce(inner, fakeClock()).resolve({ ...question(), namespace: 'a' }, patient());
    assert.equal(inner.calls[0]?.question.namespace, undefined);
  });
});

test('a run calls each registry at its rate', async () => {
  const clock = fakeClock();
  const inner = fakeRegistry(() => found);
  const { registry } = decorate(
    { registry: inner, tags: { tags: async () => [] } },
    { ...decorateOptions, clock, run: { perSecond: 10 } },
  );
  const answers = ['1', '2', '3'].map((tag) => registry.resolve(question({ tag }), patient()));
  await settle();
  assert.equal(inner.calls.length, 1);
  clock.advance(100);
  await settle();
  assert.equal(inner.calls.length, 2);
  clock.advance(100);
  await Promise.all(answers);
  await registry.resolve(question({ tag: '1' }), patient());
  assert.equal(inner.calls.length, 3, 'an answer that is known takes no turn');
});
