import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { matchesAnyGlob } from '../../src/lib/glob.ts';

const patterns: readonly [pattern: string, text: string, matches: boolean][] = [
  ['*', '', true],
  ['*', 'anything/at:all', true],
  ['a', 'a', true],
  ['a', 'ab', false],
  ['ghcr.io/*', 'ghcr.io/team/app:1', true],
  ['ghcr.io/*', 'ghcr.io.example.com/app', false],
  ['*/app:*', 'ghcr.io/team/app:1', true],
  ['a*b*c', 'axxbyyc', true],
  ['a*b*c', 'axxcyyb', false],
  ['ab*ba', 'aba', false],
  ['a*a', 'a', false],
];

describe('a pattern', () => {
  for (const [pattern, text, matches] of patterns) {
    test(`${pattern} ${matches ? 'covers' : 'does not cover'} ${JSON.stringify(text)}`, () => {
      assert.equal(matchesAnyGlob([pattern], text), matches);
    });
  }

  test('with many stars is quick on a long text', () => {
    assert.equal(matchesAnyGlob([`${'*a'.repeat(500)}*b`], 'a'.repeat(100_000)), false);
  });
});
