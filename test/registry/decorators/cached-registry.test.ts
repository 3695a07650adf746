import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, Failure } from '../../../src/engine/answer.ts';
import type { Question } from '../../../src/engine/ports.ts';
import { cachedRegistry, type CacheOptions } from '../../../src/registry/decorators/cached-registry.ts';
import type { CacheEvent } from '../../../src/registry/decorators/memory.ts';
import { fakeClock, settle } from '../../support/fake-clock.ts';
import { failures } from '../../support/answers.ts';
import { basic, descriptor, digest, fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';

const options: Omit<CacheOptions, 'clock'> = {
  failureTtlMs: {
    'not-found': 0,
    refused: 0,
    unsupported: 0,
    incomplete: 0,
    unreachable: 1000,
    throttled: 0,
    'not-asked': 0,
  },
  maxBytes: 8 * 2 ** 20,
  digestTtlMs: 3_600_000,
  tagTtlMs: 60_000,
  staleMs: 7_200_000,
  lingerMs: 5000,
};

type Says = 'found' | Failure['kind'] | 'guarded';
interface Step {
  /** ms since the start */
  readonly at: number;
  readonly ask?: Question;
  /** What the registry would say to it. */
  readonly says: Says;
  readonly hears: Answer['kind'] | 'stale';
}

const byDigest = question({ digest });
const tagAndDigest = question({ tag: 'v9', digest });

const cases: readonly { readonly it: string; readonly steps: readonly Step[]; readonly asks: number }[] = [
  {
    it: 'a tag is asked for once while its answer is good',
    steps: [
      { at: 0, says: 'found', hears: 'found' },
      { at: 59_999, says: 'not-found', hears: 'found' },
    ],
    asks: 1,
  },
  {
    it: 'a tag is asked for again when its time is over',
    steps: [
      { at: 0, says: 'found', hears: 'found' },
      { at: 60_000, says: 'not-found', hears: 'not-found' },
    ],
    asks: 2,
  },
  {
    it: 'a digest is good for longer',
    steps: [
      { at: 0, ask: byDigest, says: 'found', hears: 'found' },
      { at: 3_599_999, ask: byDigest, says: 'not-found', hears: 'found' },
      { at: 3_600_000, ask: byDigest, says: 'not-found', hears: 'not-found' },
    ],
    asks: 2,
  },
  {
    it: 'where a digest is written, the tag beside it makes no other question',
    steps: [
      { at: 0, ask: byDigest, says: 'found', hears: 'found' },
      { at: 1, ask: tagAndDigest, says: 'not-found', hears: 'found' },
    ],
    asks: 1,
  },
  ...(['not-found', 'refused', 'unsupported', 'incomplete'] as const).map((kind) => ({
    it: `${kind} is never repeated unasked: what was mended a moment ago works at once`,
    steps: [
      { at: 0, says: kind, hears: kind },
      { at: 0, says: 'found', hears: 'found' },
    ] as const,
    asks: 2,
  })),
  {
    it: 'an unreachable registry is left alone for a second',
    steps: [
      { at: 0, says: 'unreachable', hears: 'unreachable' },
      { at: 999, says: 'found', hears: 'unreachable' },
      { at: 1000, says: 'found', hears: 'found' },
    ],
    asks: 2,
  },
  ...(['unreachable', 'throttled', 'not-asked'] as const).map((kind) => ({
    it: `what was found is served as stale while the registry is out (${kind})`,
    steps: [
      { at: 0, says: 'found', hears: 'found' },
      { at: 60_000, says: kind, hears: 'stale' },
      { at: 120_000, says: kind, hears: 'stale' },
      { at: 180_000, says: 'found', hears: 'found' },
    ] as const,
    asks: 4,
  })),
  {
    it: 'what is too old is served no more',
    steps: [
      { at: 0, says: 'found', hears: 'found' },
      { at: 7_259_999, says: 'unreachable', hears: 'stale' },
      { at: 7_261_000, says: 'unreachable', hears: 'unreachable' },
    ],
    asks: 3,
  },
  {
    it: 'what was unsaid in between does not come back in an outage',
    steps: [
      { at: 0, says: 'found', hears: 'found' },
      { at: 60_000, says: 'not-found', hears: 'not-found' },
      { at: 60_001, says: 'unreachable', hears: 'unreachable' },
    ],
    asks: 3,
  },
  {
    it: 'no old answer overrules the address guard',
    steps: [
      { at: 0, says: 'found', hears: 'found' },
      { at: 60_000, says: 'guarded', hears: 'not-asked' },
    ],
    asks: 2,
  },
  {
    it: 'one credential learns nothing from another, nor from none',
    steps: [
      { at: 0, ask: question({ credential: basic('ann') }), says: 'found', hears: 'found' },
      { at: 1, ask: question({ credential: basic('bob') }), says: 'refused', hears: 'refused' },
      { at: 2, ask: question(), says: 'refused', hears: 'refused' },
      { at: 60_001, ask: question({ credential: basic('bob') }), says: 'unreachable', hears: 'unreachable' },
    ],
    asks: 4,
  },
  {
    it: 'the same credential under another name is the same',
    steps: [
      { at: 0, ask: question({ credential: basic('ann', 'one') }), says: 'found', hears: 'found' },
      { at: 1, ask: question({ credential: basic('ann', 'two') }), says: 'refused', hears: 'found' },
    ],
    asks: 1,
  },
];

function reply(says: Says): Answer {
  if (says === 'found') return found;
  if (says === 'guarded') return { kind: 'not-asked', reason: 'address', host: 'registry.example' };
  return failures[says];
}

describe('cached registry', () => {
  for (const { it: sentence, steps, asks } of cases) {
    it(sentence, async () => {
      const clock = fakeClock();
      let says: Says = 'found';
      const inner = fakeRegistry(() => reply(says));
      const cached = cachedRegistry(inner, { ...options, clock });
      for (const step of steps) {
        clock.advance(step.at - clock.now());
        says = step.says;
        const answer = await cached.resolve(step.ask ?? question(), patient());
        const heard = answer.kind === 'found' && answer.stale !== undefined ? 'stale' : answer.kind;
        assert.equal(heard, step.hears, `at ${step.at} ms`);
      }
      assert.equal(inner.calls.length, asks);
    });
  }

  it('ten thousand who ask for one image are one ask', async () => {
    const inner = fakeRegistry();
    const cached = cachedRegistry(inner, { ...options, clock: fakeClock() });
    const answers = Array.from({ length: 10_000 }, () => cached.resolve(question(), patient()));
    await settle();
    inner.calls[0]?.reply(found);
    assert.ok((await Promise.all(answers)).every(({ kind }) => kind === 'found'));
    assert.equal(inner.calls.length, 1);
  });

  it('who joins an ask that fails asks once more, with all who joined', async () => {
    const inner = fakeRegistry();
    const cached = cachedRegistry(inner, { ...options, clock: fakeClock() });
    const first = cached.resolve(question(), patient());
    const joined = Array.from({ length: 100 }, () => cached.resolve(question(), patient()));
    inner.calls[0]?.reply(failures['not-found']);
    assert.equal((await first).kind, 'not-found');
    await settle();
    inner.calls[1]?.reply(found);
    assert.ok((await Promise.all(joined)).every(({ kind }) => kind === 'found'));
    assert.equal(inner.calls.length, 2);
  });

  it('one who leaves fails nobody else', async () => {
    const inner = fakeRegistry();
    const clock = fakeClock();
    const cached = cachedRegistry(inner, { ...options, clock });
    const leaving = new AbortController();
    const left = assert.rejects(cached.resolve(question(), leaving.signal), /gone/);
    const stays = cached.resolve(question(), patient());
    leaving.abort(new Error('gone'));
    await left;
    clock.advance(60_000);
    assert.equal(inner.calls[0]?.signal.aborted, false);
    inner.calls[0]?.reply(found);
    assert.equal((await stays).kind, 'found');
  });

  it('an ask that nobody waits for runs on, and fills the cache', async () => {
    const inner = fakeRegistry();
    const clock = fakeClock();
    const cached = cachedRegistry(inner, { ...options, clock });
    await assert.rejects(leaveAtOnce(cached.resolve.bind(cached)));
    clock.advance(4999);
    inner.calls[0]?.reply(found);
    await settle();
    assert.equal((await cached.resolve(question(), patient())).kind, 'found');
    assert.equal(inner.calls.length, 1);
    assert.equal(clock.scheduled, 0);
  });

  it('an ask that somebody waits for again is his', async () => {
    const inner = fakeRegistry();
    const clock = fakeClock();
    const cached = cachedRegistry(inner, { ...options, clock });
    await assert.rejects(leaveAtOnce(cached.resolve.bind(cached)));
    clock.advance(4999);
    const joined = cached.resolve(question(), patient());
    clock.advance(60_000);
    inner.calls[0]?.reply(found);
    assert.equal((await joined).kind, 'found');
  });

  it('an ask that nobody waits for is aborted in the end, and nobody joins it after', async () => {
    const inner = fakeRegistry();
    const clock = fakeClock();
    const cached = cachedRegistry(inner, { ...options, clock });
    await assert.rejects(leaveAtOnce(cached.resolve.bind(cached)));
    clock.advance(5000);
    assert.equal(inner.calls[0]?.signal.aborted, true);
    const again = cached.resolve(question(), patient());
    inner.calls[1]?.reply(found);
    assert.equal((await again).kind, 'found');
    assert.equal(inner.pending, 0);
  });

  it('a manifest and a blob are asked for once by digest', async () => {
    const inner = fakeRegistry(({ method }) =>
      method === 'blob' ? { kind: 'present' } : { kind: 'image', config: descriptor, layers: [descriptor] },
    );
    const cached = cachedRegistry(inner, { ...options, clock: fakeClock() });
    const other = { ...descriptor, size: 1 };
    for (const asked of [descriptor, descriptor, other]) {
      await cached.manifest(question({ tag: 'any' }), asked, patient());
      await cached.blob(question(), asked, false, patient());
      await cached.blob(question(), asked, true, patient());
    }
    const methods = inner.calls.map(({ method }) => method).sort();
    assert.deepEqual(methods, ['blob', 'blob', 'blob', 'blob', 'manifest', 'manifest']);
  });

  it('tells what became of each ask', async () => {
    const clock = fakeClock();
    const events: CacheEvent[] = [];
    let says: Says = 'found';
    const inner = fakeRegistry(() => reply(says));
    const cached = cachedRegistry(inner, { ...options, clock, onEvent: (event) => events.push(event) });
    await Promise.all([cached.resolve(question(), patient()), cached.resolve(question(), patient())]);
    await cached.resolve(question(), patient());
    clock.advance(60_000);
    says = 'unreachable';
    await cached.resolve(question(), patient());
    assert.deepEqual(events, ['miss', 'joined', 'hit', 'miss', 'stale']);
  });

  it('twenty thousand images stay within the bound, the newest among them', async () => {
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

  it('a manifest of thousands of layers pushes out as much as it weighs', async () => {
    const wide = { kind: 'image', config: descriptor, layers: Array.from({ length: 2500 }, () => descriptor) } as const;
    const inner = fakeRegistry(() => wide);
    const cached = cachedRegistry(inner, { ...options, maxBytes: 2 ** 20, clock: fakeClock() });
    for (const repository of ['a', 'b', 'a']) await cached.manifest(question({ repository }), descriptor, patient());
    assert.equal(inner.calls.length, 3);
  });
});

async function leaveAtOnce(ask: (question: Question, signal: AbortSignal) => Promise<Answer>): Promise<void> {
  const leaving = new AbortController();
  const asking = ask(question(), leaving.signal);
  leaving.abort();
  await asking;
}
