import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer, UnreachableReason } from '../../../src/engine/answer.ts';
import type { Registry } from '../../../src/engine/ports.ts';
import { breakerScopes } from '../../../src/registry/decorators/breaker-scope.ts';
import { breakers, type BreakersOptions } from '../../../src/registry/decorators/breakers.ts';
import { decorateEach } from '../../../src/registry/decorators/decorate-each.ts';
import type { BreakerState } from '../../../src/registry/decorators/breaker.ts';
import { fakeClock, type FakeClock, settle } from '../../support/fake-clock.ts';
import { failures, unreachable } from '../../support/answers.ts';
import { fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';

const options: Omit<BreakersOptions, 'clock'> = {
  threshold: 3,
  openMs: 10_000,
  maxOpenMs: 30_000,
  probeWaitMs: 1000,
  probeMs: 8000,
  maxGroups: 100,
};

/** `registry` with one breaker for each host. */
function breakerRegistry(registry: Registry, more: BreakersOptions): Registry {
  return decorateEach(registry, breakers(breakerScopes.host, more));
}

/** Another object each time, like the answers to calls that shared no request. */
function again<A extends object>(answer: A): A {
  return { ...answer };
}

const timeout = unreachable('timeout');

const sequences: readonly { readonly name: string; readonly answers: readonly Answer[]; readonly open: boolean }[] = [
  { name: 'opens after three timeouts in a row', answers: [timeout, timeout, timeout], open: true },
  { name: 'stays closed after two timeouts', answers: [timeout, timeout], open: false },
  { name: 'starts counting again after a success', answers: [timeout, timeout, found, timeout, timeout], open: false },
  ...(['not-found', 'refused', 'throttled', 'unsupported', 'incomplete', 'not-asked'] as const).map((kind) => ({
    name: `stays closed after any number of ${kind}`,
    answers: Array.from({ length: 10 }, () => failures[kind]),
    open: false,
  })),
  {
    name: 'starts counting again after a not-found',
    answers: [timeout, timeout, failures['not-found'], timeout],
    open: false,
  },
  { name: 'keeps counting after a not-asked', answers: [timeout, timeout, failures['not-asked'], timeout], open: true },
  ...(
    [
      ['connection-refused', true],
      ['reset', true],
      ['dns-failed', true],
      ['proxy', true],
      ['server-error', true],
      ['tls-failed', true],
      ['dns-not-found', false],
      ['tls-untrusted', false],
      ['tls-expired', false],
      ['tls-wrong-host', false],
      ['plain-http', false],
      ['token-answer', false],
      ['protocol', false],
    ] as const satisfies readonly (readonly [UnreachableReason, boolean])[]
  ).map(([reason, open]) => ({
    name: `${open ? 'opens' : 'stays closed'} after three ${reason}`,
    answers: Array.from({ length: 3 }, () => unreachable(reason)),
    open,
  })),
];

/** A registry whose breaker has just opened. All further calls of the inner registry hang. */
async function opened(clock: FakeClock, onState?: BreakersOptions['onState']) {
  const inner = fakeRegistry((call) =>
    inner.calls.length <= 3 && call.question.reference.registry === 'registry.example' ? again(timeout) : undefined,
  );
  const breaking = breakerRegistry(inner, { ...options, clock, ...(onState && { onState }) });
  for (let index = 0; index < 3; index += 1) await breaking.resolve(question(), patient());
  return { inner, breaking };
}

describe('breakers of hosts', () => {
  for (const { name, answers, open } of sequences) {
    test(name, async () => {
      const inner = fakeRegistry(() => again(answers[inner.calls.length - 1] ?? found));
      const breaking = breakerRegistry(inner, { ...options, clock: fakeClock() });
      for (const answer of answers) assert.deepEqual(await breaking.resolve(question(), patient()), answer);
      assert.equal((await breaking.resolve(question(), patient())).kind, open ? 'not-asked' : 'found');
    });
  }

  test('returns the failure that opened it, without a call, while it is open', async () => {
    const { inner, breaking } = await opened(fakeClock());
    const answer = await breaking.resolve(question({ repository: 'other' }), patient());
    assert.deepEqual(answer, { kind: 'not-asked', reason: 'breaker', host: 'registry.example', because: timeout });
    assert.equal(inner.calls.length, 3);
  });

  test('does not affect another host', async () => {
    const { inner, breaking } = await opened(fakeClock());
    const other = breaking.resolve(question({ registry: 'other.example' }), patient());
    inner.calls[3]?.reply(found);
    assert.equal((await other).kind, 'found');
  });

  test('sends one probe after openMs, and closes if it succeeds', async () => {
    const clock = fakeClock();
    const { inner, breaking } = await opened(clock);
    clock.advance(10_000);
    const probe = breaking.resolve(question(), patient());
    assert.equal((await breaking.resolve(question(), patient())).kind, 'not-asked');
    assert.equal(inner.calls.length, 4);
    inner.calls[3]?.reply(failures['not-found']);
    assert.equal((await probe).kind, 'not-found');
    const next = breaking.resolve(question(), patient());
    inner.calls[4]?.reply(found);
    assert.equal((await next).kind, 'found');
    assert.equal(clock.scheduled, 0);
  });

  test('opens again for twice as long, up to maxOpenMs, if the probe fails', async () => {
    const clock = fakeClock();
    const { inner, breaking } = await opened(clock);
    let probes = 3;
    for (const openMs of [10_000, 20_000, 30_000, 30_000]) {
      clock.advance(openMs - 1);
      assert.equal((await breaking.resolve(question(), patient())).kind, 'not-asked');
      clock.advance(1);
      const probe = breaking.resolve(question(), patient());
      inner.calls[probes]?.reply(timeout);
      assert.equal((await probe).kind, 'unreachable');
      probes += 1;
    }
    assert.equal(inner.calls.length, probes);
  });

  test('closes if the probe succeeds after its caller stopped waiting', async () => {
    const clock = fakeClock();
    const { inner, breaking } = await opened(clock);
    clock.advance(10_000);
    const probe = breaking.resolve(question(), patient());
    clock.advance(1000);
    assert.equal((await probe).kind, 'not-asked');
    inner.calls[3]?.reply(found);
    await settle();
    const next = breaking.resolve(question(), patient());
    inner.calls[4]?.reply(found);
    assert.equal((await next).kind, 'found');
  });

  test('does not abort the probe if its caller leaves', async () => {
    const clock = fakeClock();
    const { inner, breaking } = await opened(clock);
    clock.advance(10_000);
    const leaving = new AbortController();
    const probe = breaking.resolve(question(), leaving.signal);
    leaving.abort(new Error('gone'));
    await assert.rejects(probe, /gone/);
    assert.equal(inner.calls[3]?.signal.aborted, false);
  });

  test('aborts a probe after probeMs and counts it as failed', async () => {
    const clock = fakeClock();
    const { inner, breaking } = await opened(clock);
    clock.advance(10_000);
    void breaking.resolve(question(), patient());
    clock.advance(8000);
    await settle();
    assert.equal(inner.calls[3]?.signal.aborted, true);
    clock.advance(19_999);
    assert.equal((await breaking.resolve(question(), patient())).kind, 'not-asked');
    clock.advance(1);
    const probe = breaking.resolve(question(), patient());
    inner.calls[4]?.reply(found);
    assert.equal((await probe).kind, 'found');
  });

  test('does not take the failure of an earlier call for that of the probe', async () => {
    const clock = fakeClock();
    const inner = fakeRegistry();
    const states: BreakerState[] = [];
    const onState = (_host: string, state: BreakerState): void => void states.push(state);
    const breaking = breakerRegistry(inner, { ...options, clock, onState });
    const earlier = Array.from({ length: 4 }, () => breaking.resolve(question(), patient()));
    for (const call of inner.calls.slice(0, 3)) call.reply(again(timeout));
    await settle();
    clock.advance(10_000);
    const probe = breaking.resolve(question(), patient());
    inner.calls[3]?.reply(timeout);
    await Promise.all(earlier);
    assert.equal((await breaking.resolve(question(), patient())).kind, 'not-asked');
    inner.calls[4]?.reply(found);
    assert.equal((await probe).kind, 'found');
    assert.equal(inner.calls.length, 5);
    assert.deepEqual(states, ['open', 'half-open', 'closed']);
  });

  test('reports each change of state', async () => {
    const clock = fakeClock();
    const states: BreakerState[] = [];
    const { inner, breaking } = await opened(clock, (_host, state) => states.push(state));
    for (const [waitMs, answer] of [
      [10_000, timeout],
      [20_000, found],
    ] as const) {
      clock.advance(waitMs);
      const probe = breaking.resolve(question(), patient());
      inner.calls.at(-1)?.reply(answer);
      await probe;
    }
    assert.deepEqual(states, ['open', 'half-open', 'open', 'half-open', 'closed']);
  });
});
