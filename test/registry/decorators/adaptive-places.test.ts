import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { adaptivePlaces, type AdaptivePlaces } from '../../../src/registry/decorators/adaptive-places.ts';
import type { PortAnswer } from '../../../src/registry/decorators/decorate-each.ts';
import { fakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { found, patient, question } from '../../support/fake-registry.ts';

const registry = question().reference.registry;
const evidence = { host: registry, asked: 'manifest', method: 'HEAD' } as const;
const throttled = { kind: 'throttled', evidence } as const;
const unreachable = { kind: 'unreachable', reason: 'protocol', evidence } as const;
const notAsked = { kind: 'not-asked', reason: 'overload', host: registry } as const;

interface Registry {
  readonly clock: FakeClock;
  readonly places: AdaptivePlaces;
}

function start(most = 128): Registry {
  const clock = fakeClock();
  return { clock, places: adaptivePlaces({ clock, least: 16, most, maxRegistries: 2 }) };
}

/** Lets calls run at the same time for `ms`: as many as there are places, or `calls`. All get the same answer. */
async function round(
  { clock, places }: Registry,
  {
    answer = found,
    ms = 50,
    calls,
  }: { readonly answer?: PortAnswer; readonly ms?: number; readonly calls?: number } = {},
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<PortAnswer>();
  const running = Array.from({ length: calls ?? places.of(registry) }, () =>
    places.learn(question(), () => promise as Promise<typeof notAsked>, patient()),
  );
  clock.advance(ms);
  resolve(answer);
  await Promise.all(running);
  return places.of(registry);
}

async function rounds(site: Registry, ...each: readonly Parameters<typeof round>[1][]): Promise<readonly number[]> {
  const numbers: number[] = [];
  for (const one of each) numbers.push(await round(site, one));
  return numbers;
}

const good = {};
const cases: readonly (readonly [
  it: string,
  rounds: readonly Parameters<typeof round>[1][],
  places: readonly number[],
])[] = [
  ['grows by half in each round trip, up to the most', [good, good, good, good, good], [25, 38, 58, 88, 128]],
  ['grows if three quarters of the places are used', [{ calls: 12 }], [21]],
  ['stays if few places are used', [{ calls: 4 }, { calls: 4 }], [16, 16]],
  ['grows if the registry has no such image', [{ answer: { kind: 'not-found', evidence } }], [25]],
  ['halves if the registry refuses calls with 429', [good, good, good, { answer: throttled }], [25, 38, 58, 29]],
  ['halves if the registry is not reached', [good, good, good, { answer: unreachable }], [25, 38, 58, 29]],
  [
    'grows by one in two round trips after that',
    [good, good, { answer: throttled }, good, good, good, good],
    [25, 38, 19, 19, 20, 20, 21],
  ],
  ['is never less than at the start', [{ answer: throttled }, { answer: throttled }], [16, 16]],
  ['becomes less if calls take much longer than usual', [good, good, good, { ms: 500 }], [25, 38, 58, 46]],
  ['grows if calls take a little longer', [good, { ms: 60 }], [25, 38]],
  ['learns nothing from calls that were not made', [{ answer: notAsked }], [16]],
];

describe('the number of places of a registry', () => {
  for (const [it, each, places] of cases) {
    test(it, async () => assert.deepEqual(await rounds(start(), ...each), places));
  }

  test('is the configured one if that is less than the start', async () => {
    assert.deepEqual(await rounds(start(4), good, { answer: throttled }), [4, 4]);
  });

  test('is that of a new registry for another registry', async () => {
    const site = start();
    await round(site);
    assert.equal(site.places.of('other.example'), 16);
  });

  test('does not change if a call fails because it was aborted', async () => {
    const { places } = start();
    await assert.rejects(
      places.learn(question(), () => Promise.reject(new Error('gone')), patient()),
      /gone/,
    );
    assert.equal(places.of(registry), 16);
  });

  test('becomes less once for all calls that were running', async () => {
    const site = start();
    await rounds(site, good, good, good);
    const slow = round(site, { answer: throttled, ms: 0 });
    assert.equal(await slow, 29);
  });
});
