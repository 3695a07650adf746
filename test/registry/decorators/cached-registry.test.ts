import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer, Failure } from '../../../src/engine/answer.ts';
import type { Question } from '../../../src/engine/ports.ts';
import { cachedRegistry } from '../../../src/registry/decorators/cached-registry.ts';
import type { CacheEvent } from '../../../src/registry/decorators/memory.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { failures } from '../../support/answers.ts';
import { basic, descriptor, digest, fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';
import { cacheOptions as options } from './cache-options.ts';

/** `guarded`: the address guard refused to connect. */
type Response = 'found' | Failure['kind'] | 'guarded';

interface Step {
  /** When the call is made, in ms since the start. */
  readonly at: number;
  readonly question?: Question;
  /** The answer of the inner registry if it is called. */
  readonly inner: Response;
  readonly expected: Answer['kind'] | 'stale';
}

const byDigest = question({ digest });
const tagAndDigest = question({ tag: 'v9', digest });

const cases: readonly { readonly name: string; readonly steps: readonly Step[]; readonly calls: number }[] = [
  {
    name: 'caches a tag for its TTL',
    steps: [
      { at: 0, inner: 'found', expected: 'found' },
      { at: 59_999, inner: 'not-found', expected: 'found' },
    ],
    calls: 1,
  },
  {
    name: 'calls again for a tag after its TTL',
    steps: [
      { at: 0, inner: 'found', expected: 'found' },
      { at: 60_000, inner: 'not-found', expected: 'not-found' },
    ],
    calls: 2,
  },
  {
    name: 'caches a digest for longer than a tag',
    steps: [
      { at: 0, question: byDigest, inner: 'found', expected: 'found' },
      { at: 3_599_999, question: byDigest, inner: 'not-found', expected: 'found' },
      { at: 3_600_000, question: byDigest, inner: 'not-found', expected: 'not-found' },
    ],
    calls: 2,
  },
  {
    name: 'ignores the tag of a reference with a digest',
    steps: [
      { at: 0, question: byDigest, inner: 'found', expected: 'found' },
      { at: 1, question: tagAndDigest, inner: 'not-found', expected: 'found' },
    ],
    calls: 1,
  },
  ...(['not-found', 'refused', 'unsupported', 'incomplete'] as const).map((kind) => ({
    name: `does not cache ${kind}, so that a fix works at once`,
    steps: [
      { at: 0, inner: kind, expected: kind },
      { at: 0, inner: 'found', expected: 'found' },
    ] as const,
    calls: 2,
  })),
  {
    name: 'caches unreachable for one second',
    steps: [
      { at: 0, inner: 'unreachable', expected: 'unreachable' },
      { at: 999, inner: 'found', expected: 'unreachable' },
      { at: 1000, inner: 'found', expected: 'found' },
    ],
    calls: 2,
  },
  ...(['unreachable', 'throttled', 'not-asked'] as const).map((kind) => ({
    name: `returns the last success as stale if the registry answers ${kind}`,
    steps: [
      { at: 0, inner: 'found', expected: 'found' },
      { at: 60_000, inner: kind, expected: 'stale' },
      { at: 120_000, inner: kind, expected: 'stale' },
      { at: 180_000, inner: 'found', expected: 'found' },
    ] as const,
    calls: 4,
  })),
  {
    name: 'does not return a success that is too old',
    steps: [
      { at: 0, inner: 'found', expected: 'found' },
      { at: 7_259_999, inner: 'unreachable', expected: 'stale' },
      { at: 7_261_000, inner: 'unreachable', expected: 'unreachable' },
    ],
    calls: 3,
  },
  {
    name: 'does not return a success from before a not-found',
    steps: [
      { at: 0, inner: 'found', expected: 'found' },
      { at: 60_000, inner: 'not-found', expected: 'not-found' },
      { at: 60_001, inner: 'unreachable', expected: 'unreachable' },
    ],
    calls: 3,
  },
  {
    name: 'does not replace a refusal of the address guard by a stale success',
    steps: [
      { at: 0, inner: 'found', expected: 'found' },
      { at: 60_000, inner: 'guarded', expected: 'not-asked' },
    ],
    calls: 2,
  },
  {
    name: 'never returns the answer for one credential to another, or to anonymous',
    steps: [
      { at: 0, question: question({ credential: basic('ann') }), inner: 'found', expected: 'found' },
      { at: 1, question: question({ credential: basic('bob') }), inner: 'refused', expected: 'refused' },
      { at: 2, question: question(), inner: 'refused', expected: 'refused' },
      { at: 60_001, question: question({ credential: basic('bob') }), inner: 'unreachable', expected: 'unreachable' },
    ],
    calls: 4,
  },
  {
    name: 'shares answers between secrets with the same credential',
    steps: [
      { at: 0, question: question({ credential: basic('ann', 'one') }), inner: 'found', expected: 'found' },
      { at: 1, question: question({ credential: basic('ann', 'two') }), inner: 'refused', expected: 'found' },
    ],
    calls: 1,
  },
];

function answerOf(response: Response): Answer {
  if (response === 'found') return found;
  if (response === 'guarded') return { kind: 'not-asked', reason: 'address', host: 'registry.example' };
  return failures[response];
}

describe('cachedRegistry', () => {
  for (const { name, steps, calls } of cases) {
    test(name, async () => {
      const clock = fakeClock();
      let response: Response = 'found';
      const inner = fakeRegistry(() => answerOf(response));
      const cached = cachedRegistry(inner, { ...options, clock });
      for (const step of steps) {
        clock.advance(step.at - clock.now());
        response = step.inner;
        const answer = await cached.resolve(step.question ?? question(), patient());
        const kind = answer.kind === 'found' && answer.stale !== undefined ? 'stale' : answer.kind;
        assert.equal(kind, step.expected, `at ${step.at} ms`);
      }
      assert.equal(inner.calls.length, calls);
    });
  }

  test('caches manifests and blobs by descriptor', async () => {
    const inner = fakeRegistry(({ method }) =>
      method === 'blob' ? { kind: 'present' } : { kind: 'image', config: descriptor, layers: [descriptor] },
    );
    const cached = cachedRegistry(inner, { ...options, clock: fakeClock() });
    const other = { ...descriptor, size: 1 };
    for (const each of [descriptor, descriptor, other]) {
      await cached.manifest(question({ tag: 'any' }), each, patient());
      await cached.blob(question(), each, false, patient());
      await cached.blob(question(), each, true, patient());
    }
    const methods = inner.calls.map(({ method }) => method).sort();
    assert.deepEqual(methods, ['blob', 'blob', 'blob', 'blob', 'manifest', 'manifest']);
  });

  test('reports an event for each call', async () => {
    const clock = fakeClock();
    const events: CacheEvent[] = [];
    let response: Response = 'found';
    const inner = fakeRegistry(() => answerOf(response));
    const cached = cachedRegistry(inner, { ...options, clock, onEvent: (event) => events.push(event) });
    await Promise.all([cached.resolve(question(), patient()), cached.resolve(question(), patient())]);
    await cached.resolve(question(), patient());
    clock.advance(60_000);
    response = 'unreachable';
    await cached.resolve(question(), patient());
    assert.deepEqual(events, ['miss', 'joined', 'hit', 'miss', 'stale']);
  });
});
