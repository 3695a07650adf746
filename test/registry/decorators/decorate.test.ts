import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { Answer } from '../../../src/engine/answer.ts';
import type { Registry } from '../../../src/engine/ports.ts';
import { decorate, type DecorateOptions } from '../../../src/registry/decorators/decorate.ts';
import { fakeClock, settle } from '../../support/fake-clock.ts';
import { failures, unreachable } from '../../support/answers.ts';
import { decorateOptions } from '../../support/options.ts';
import { fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';

/** The registry with all decorators. Its repositories have no tags. */
function decorated(registry: Registry, options: DecorateOptions): Registry {
  return decorate({ registry, tags: { tags: async () => [] } }, options).registry;
}

describe('decorate', () => {
  test('makes few calls for 1,000 waiting images if the registry dies', async () => {
    const inner = fakeRegistry();
    const registry = decorated(inner, { ...decorateOptions, clock: fakeClock(), limit: { concurrency: 5 } });
    const answers = Array.from({ length: 1000 }, (_, index) =>
      registry.resolve(question({ repository: `app-${index}` }), patient()),
    );
    await settle();
    for (const call of inner.calls.slice(0, 3)) call.reply(unreachable('timeout'));
    await settle();
    assert.equal(inner.pending, 1, 'one call started before the breaker opened');
    inner.calls[3]?.reply(unreachable('timeout'));
    const kinds = (await Promise.all(answers)).map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === 'unreachable').length, inner.calls.length);
    assert.ok(inner.calls.length <= 4 + 3, `${inner.calls.length} calls`);
  });

  test('makes one call for all waiting images of other repositories after a 429', async () => {
    const inner = fakeRegistry(() => failures.throttled);
    const registry = decorated(inner, { ...decorateOptions, clock: fakeClock(), limit: { concurrency: 1 } });
    const answers = Array.from({ length: 100 }, (_, index) =>
      registry.resolve(question({ repository: `app-${index}` }), patient()),
    );
    assert.ok((await Promise.all(answers)).every(({ kind }) => kind === 'throttled'));
    assert.equal(inner.calls.length, 2);
  });

  test('returns the last success as stale if the breaker is open', async () => {
    const clock = fakeClock();
    let response: Answer = found;
    const registry = decorated(
      fakeRegistry(() => response),
      { ...decorateOptions, clock, breaker: { ...decorateOptions.breaker, threshold: 1 } },
    );
    await registry.resolve(question(), patient());
    clock.advance(60_000);
    response = unreachable('timeout');
    await registry.resolve(question({ repository: 'other' }), patient());
    const answer = await registry.resolve(question(), patient());
    assert.equal(answer.kind === 'found' && answer.stale?.kind, 'not-asked');
  });

  test('limits the calls to all registries, and leaves places for another namespace', async () => {
    const inner = fakeRegistry(({ question: { namespace } }) => (namespace === 'good' ? found : undefined));
    const registry = decorated(inner, { ...decorateOptions, clock: fakeClock() });
    const leaving = new AbortController();
    const hanging = Array.from({ length: 300 }, (_, index) =>
      registry.resolve({ ...question({ registry: `${index}.example` }), namespace: 'bad' }, leaving.signal),
    );
    await settle();
    assert.equal(inner.pending, 192);
    assert.equal((await registry.resolve({ ...question(), namespace: 'good' }, patient())).kind, 'found');
    leaving.abort();
    await Promise.allSettled(hanging);
  });

  test('leaves no call, timer or caller behind after random events', async () => {
    const answers = [found, failures['not-found'], failures.throttled, unreachable('timeout')];
    const step = fc.oneof(
      fc.record({ do: fc.constant('call' as const), repository: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constant('leave' as const), caller: fc.nat(30) }),
      fc.record({ do: fc.constant('reply' as const), call: fc.nat(30), answer: fc.constantFrom(...answers) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 1000, 10_000, 60_000) }),
    );
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = fakeClock();
      const loads = new Map<string, number>();
      const onLoad = (host: string, active: number, waiting: number): void => void loads.set(host, active + waiting);
      const inner = fakeRegistry();
      const registry = decorated(inner, { ...decorateOptions, clock, limit: { concurrency: 1, onLoad } });
      const callers: { readonly leave: () => void; readonly end: Promise<unknown> }[] = [];
      for (const step of steps) {
        if (step.do === 'call') {
          const leaving = new AbortController();
          const end = registry.resolve(question({ repository: step.repository }), leaving.signal).then(
            ({ kind }) => kind,
            () => 'left',
          );
          callers.push({ leave: () => leaving.abort(), end });
        }
        if (step.do === 'leave') callers[step.caller]?.leave();
        if (step.do === 'reply') inner.calls[step.call]?.reply(step.answer);
        if (step.do === 'wait') clock.advance(step.ms);
        await Promise.resolve();
      }
      for (const { leave } of callers) leave();
      await settle();
      // Longer than `lingerMs` and `probeMs`.
      clock.advance(60_000);
      await settle();
      await Promise.all(callers.map(({ end }) => end));
      assert.equal(inner.pending, 0);
      assert.equal(clock.scheduled, 0);
      assert.ok([...loads.values()].every((load) => load === 0));
    });
    await fc.assert(property, { seed: 5, numRuns: 300 });
  });
});
