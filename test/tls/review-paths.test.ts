import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixedPath, followedPaths, type FollowedOptions, type FollowedPaths } from '../../src/tls/review-paths.ts';

const hour = 3_600_000;
const minute = 60_000;
const seeds = ['a'.repeat(64), 'b'.repeat(64)];
const made = /^\/validate\/[0-9a-f]{64}$/;

/** Paths with a clock that the test sets. */
function clocked(options: FollowedOptions = {}): { paths: FollowedPaths; pass: (ms: number) => void } {
  let at = 1_000 * hour;
  const paths = followedPaths({ now: () => at, elapsed: () => at, ...options });
  paths.useSeeds(seeds);
  return { paths, pass: (ms) => (at += ms) };
}

describe('followedPaths', () => {
  test('replicas with the same seeds make the same path of 256 bits', () => {
    const [one, other] = [clocked().paths, clocked().paths];
    assert.match(one.wanted('/'), made);
    assert.equal(one.wanted('/'), other.wanted('/'));
  });

  test('a replica accepts the paths of the next hour and of the next seed in advance, and no others', () => {
    const { paths } = clocked();
    paths.saw([], 1);
    const later = clocked();
    later.pass(hour);
    const after = clocked().paths;
    after.useSeeds([seeds[1] ?? '', 'c'.repeat(64)]);
    const muchLater = clocked();
    muchLater.pass(2 * hour);
    const accepted = [paths, later.paths, after, muchLater.paths].map((other) => paths.accepts(other.wanted('/')));
    assert.deepEqual(accepted, [true, true, true, false]);
  });

  test('the path of the last hour is accepted while the configuration has it, and two minutes longer', () => {
    const { paths, pass } = clocked();
    const old = paths.wanted('/');
    paths.saw([old], 1);
    pass(5 * hour);
    assert.equal(paths.accepts(old), true);
    paths.saw([paths.wanted(old)], 2);
    pass(1 * minute);
    assert.equal(paths.accepts(old), true);
    pass(1 * minute);
    assert.equal(paths.accepts(old), false);
  });

  test('until the configuration has been read, guessable paths are accepted', () => {
    const { paths } = clocked();
    assert.deepEqual([paths.accepts('/validate'), paths.accepts('/'), paths.guessable()], [true, true, true]);
    paths.saw([paths.wanted('/')], 7);
    assert.deepEqual([paths.accepts('/validate'), paths.accepts('/'), paths.guessable()], [false, false, false]);
  });

  const generations: readonly { it: string; next: number; accepted: boolean }[] = [
    { it: 'the same generation', next: 7, accepted: false },
    { it: 'the next generation', next: 8, accepted: false },
    { it: 'a generation after a missed one', next: 9, accepted: true },
    { it: 'an earlier generation, of an object that was created again', next: 1, accepted: true },
  ];
  for (const { it, next, accepted } of generations) {
    test(`after ${it}, a guessable path is ${accepted ? 'accepted for two minutes' : 'not accepted'}`, () => {
      const { paths, pass } = clocked();
      const path = paths.wanted('/');
      paths.saw([path], 7);
      paths.saw([path], next);
      assert.deepEqual([paths.accepts('/'), paths.accepts('/validate')], [accepted, accepted]);
      assert.equal(paths.guessable(), false);
      pass(2 * minute);
      assert.equal(paths.accepts('/'), false);
    });
  }

  test('a path that is seen again no longer ends', () => {
    const { paths, pass } = clocked();
    paths.saw(['/x'], 1);
    paths.saw(['/y'], 2);
    paths.saw(['/x'], 3);
    pass(hour);
    assert.deepEqual([paths.accepts('/x'), paths.accepts('/y')], [true, false]);
  });

  const { paths: present } = clocked();
  const current = present.wanted('/');
  const nextHour = clocked();
  nextHour.pass(hour);
  const wanted: readonly { it: string; stored: string; wanted: string }[] = [
    { it: 'no path is replaced', stored: '/', wanted: current },
    { it: 'an unknown made path is replaced', stored: `/validate/${'0'.repeat(64)}`, wanted: current },
    { it: 'the current path stays', stored: current, wanted: current },
    {
      it: 'the path of the next hour stays, because the clock of another replica may be ahead',
      stored: nextHour.paths.wanted('/'),
      wanted: nextHour.paths.wanted('/'),
    },
    { it: 'the path of earlier releases stays', stored: '/validate', wanted: '/validate' },
    { it: 'a path of somebody else stays', stored: '/mine', wanted: '/mine' },
  ];
  for (const { it, stored, wanted: expected } of wanted) test(it, () => assert.equal(present.wanted(stored), expected));

  test('with a path that the operator chose, only it and the stored one are accepted, and nothing is replaced', () => {
    const { paths } = clocked({ own: '/validate/mine' });
    assert.deepEqual([paths.accepts('/validate'), paths.accepts(current)], [false, false]);
    paths.saw([current], 1);
    assert.deepEqual([paths.accepts('/validate/mine'), paths.accepts(current)], [true, true]);
    assert.deepEqual([paths.wanted('/'), paths.wanted(current)], ['/', current]);
  });
});

describe('fixedPath', () => {
  test('accepts one path', () => {
    const paths = fixedPath('/validate/mine');
    assert.deepEqual(
      [paths.accepts('/validate/mine'), paths.accepts('/validate'), paths.guessable()],
      [true, false, false],
    );
    assert.equal(fixedPath('/validate').guessable(), true);
  });
});
