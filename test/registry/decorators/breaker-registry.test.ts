import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, UnreachableReason } from '../../../src/engine/answer.ts';
import { breakerRegistry, type BreakerRegistryOptions } from '../../../src/registry/decorators/breaker-registry.ts';
import type { BreakerState } from '../../../src/registry/decorators/breaker.ts';
import { fakeClock, type FakeClock, settle } from '../../support/fake-clock.ts';
import { failures, unreachable } from '../../support/answers.ts';
import { fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';

const options: Omit<BreakerRegistryOptions, 'clock'> = {
  threshold: 3,
  openMs: 10_000,
  maxOpenMs: 30_000,
  probeWaitMs: 1000,
  probeMs: 8000,
  maxHosts: 100,
};

const timeout = unreachable('timeout');

const sequences: readonly { readonly it: string; readonly says: readonly Answer[]; readonly open: boolean }[] = [
  { it: 'three timeouts in a row open it', says: [timeout, timeout, timeout], open: true },
  { it: 'two do not', says: [timeout, timeout], open: false },
  { it: 'an answer in between starts the count again', says: [timeout, timeout, found, timeout, timeout], open: false },
  ...(['not-found', 'refused', 'throttled', 'unsupported', 'incomplete', 'not-asked'] as const).map((kind) => ({
    it: `${kind} is no outage, however often`,
    says: Array.from({ length: 10 }, () => failures[kind]),
    open: false,
  })),
  { it: 'a 404 in between is an answer', says: [timeout, timeout, failures['not-found'], timeout], open: false },
  { it: 'what was not asked is none', says: [timeout, timeout, failures['not-asked'], timeout], open: true },
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
    it: `${reason} ${open ? 'opens it' : 'has words of its own, which it would hide'}`,
    says: Array.from({ length: 3 }, () => unreachable(reason)),
    open,
  })),
];

/** A registry whose breaker has just opened; from then on its asks hang. */
async function opened(clock: FakeClock, onState?: BreakerRegistryOptions['onState']) {
  const inner = fakeRegistry((call) =>
    inner.calls.length <= 3 && call.question.reference.registry === 'registry.example' ? timeout : undefined,
  );
  const breaking = breakerRegistry(inner, { ...options, clock, ...(onState && { onState }) });
  for (let index = 0; index < 3; index += 1) await breaking.resolve(question(), patient());
  return { inner, breaking };
}

describe('breaker registry', () => {
  for (const { it: sentence, says, open } of sequences) {
    it(sentence, async () => {
      const inner = fakeRegistry(() => says[inner.calls.length - 1] ?? found);
      const breaking = breakerRegistry(inner, { ...options, clock: fakeClock() });
      for (const answer of says) assert.equal(await breaking.resolve(question(), patient()), answer);
      assert.equal((await breaking.resolve(question(), patient())).kind, open ? 'not-asked' : 'found');
    });
  }

  it('open, it names the failure that opened it, and asks nothing', async () => {
    const { inner, breaking } = await opened(fakeClock());
    const answer = await breaking.resolve(question({ repository: 'other' }), patient());
    assert.deepEqual(answer, { kind: 'not-asked', reason: 'breaker', host: 'registry.example', because: timeout });
    assert.equal(inner.calls.length, 3);
  });

  it('another host is asked all the same', async () => {
    const { inner, breaking } = await opened(fakeClock());
    const other = breaking.resolve(question({ registry: 'other.example' }), patient());
    inner.calls[3]?.reply(found);
    assert.equal((await other).kind, 'found');
  });

  it('after its time one probe goes out, and closes it', async () => {
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

  it('a probe that fails opens it again, for twice as long, up to a limit', async () => {
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

  it('who probes waits a moment, the probe longer: what it learns counts', async () => {
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

  it('a probe survives the one who sent it', async () => {
    const clock = fakeClock();
    const { inner, breaking } = await opened(clock);
    clock.advance(10_000);
    const leaving = new AbortController();
    const probe = breaking.resolve(question(), leaving.signal);
    leaving.abort(new Error('gone'));
    await assert.rejects(probe, /gone/);
    assert.equal(inner.calls[3]?.signal.aborted, false);
  });

  it('a probe that hangs is ended, and has failed', async () => {
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

  it('an echo from before it opened is no probe', async () => {
    const clock = fakeClock();
    const inner = fakeRegistry();
    const states: BreakerState[] = [];
    const onState = (_host: string, state: BreakerState): void => void states.push(state);
    const breaking = breakerRegistry(inner, { ...options, clock, onState });
    const asks = Array.from({ length: 4 }, () => breaking.resolve(question(), patient()));
    for (const call of inner.calls.slice(0, 3)) call.reply(timeout);
    await settle();
    clock.advance(10_000);
    const probe = breaking.resolve(question(), patient());
    inner.calls[3]?.reply(timeout);
    await Promise.all(asks);
    assert.equal((await breaking.resolve(question(), patient())).kind, 'not-asked');
    inner.calls[4]?.reply(found);
    assert.equal((await probe).kind, 'found');
    assert.equal(inner.calls.length, 5);
    assert.deepEqual(states, ['open', 'half-open', 'closed']);
  });

  it('tells each change of state', async () => {
    const clock = fakeClock();
    const states: BreakerState[] = [];
    const { inner, breaking } = await opened(clock, (_host, state) => states.push(state));
    for (const [wait, says] of [
      [10_000, timeout],
      [20_000, found],
    ] as const) {
      clock.advance(wait);
      const probe = breaking.resolve(question(), patient());
      inner.calls.at(-1)?.reply(says);
      await probe;
    }
    assert.deepEqual(states, ['open', 'half-open', 'open', 'half-open', 'closed']);
  });
});
