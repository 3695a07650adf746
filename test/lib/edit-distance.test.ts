import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { editDistance } from '../../src/lib/edit-distance.ts';

const pairs: readonly (readonly [a: string, b: string, max: number, distance: number])[] = [
  ['', '', 0, 0],
  ['a', 'a', 0, 0],
  ['a', 'b', 0, Infinity],
  ['', 'abc', 3, 3],
  ['', 'abc', 2, Infinity],
  ['abc', '', 3, 3],
  ['abc', 'abd', 1, 1],
  ['abc', 'ab', 1, 1],
  ['abc', 'bc', 1, 1],
  ['abc', 'xabc', 1, 1],
  ['stable', 'stabel', 2, 2],
  ['stable', 'stabel', 1, Infinity],
  ['kitten', 'sitting', 3, 3],
  ['kitten', 'sitting', 2, Infinity],
];

/** The distance by its definition, without a limit. */
function plainDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restOfA, restOfB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return plainDistance(restOfA, restOfB);
  return 1 + Math.min(plainDistance(restOfA, b), plainDistance(a, restOfB), plainDistance(restOfA, restOfB));
}

describe('the edit distance', () => {
  for (const [a, b, max, distance] of pairs) {
    test(`of "${a}" and "${b}" up to ${max} is ${distance}`, () => assert.equal(editDistance(a, b, max), distance));
  }

  test('is the distance by definition, or Infinity above the limit', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
    fc.assert(
      fc.property(word, word, fc.nat({ max: 5 }), (a, b, max) => {
        const distance = plainDistance(a, b);
        assert.equal(editDistance(a, b, max), distance <= max ? distance : Infinity);
      }),
      { seed: 20 },
    );
  });
});
