import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { matchesAnyGlob, matchesGlob } from '../../src/lib/glob.ts';

const patterns: readonly [pattern: string, text: string, matches: boolean][] = [
  ['', '', true],
  ['', 'a', false],
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
    test(`"${pattern}" ${matches ? 'matches' : 'does not match'} "${text}"`, () => {
      assert.equal(matchesGlob(pattern, text), matches);
    });
  }

  test('matches what the same regular expression matches', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        assert.equal(matchesGlob(pattern, text), expression.test(text));
      }),
      { seed: 20 },
    );
  });

  test('with many stars does not backtrack on a long text', () => {
    // With backtracking, this would take longer than any time limit.
    assert.equal(matchesGlob(`${'*a'.repeat(500)}*b`, 'a'.repeat(100_000)), false);
  });
});

describe('a list of patterns', () => {
  test('matches if one of them matches', () => assert.equal(matchesAnyGlob(['b', 'a*'], 'ab'), true));
  test('does not match if none of them matches', () => assert.equal(matchesAnyGlob(['b', 'c*'], 'ab'), false));
  test('does not match if it is empty', () => assert.equal(matchesAnyGlob([], ''), false));
});
