import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { globIndex } from '../../src/lib/glob-index.ts';
import { matchesGlob } from '../../src/lib/glob.ts';
import { cpuMs } from '../support/cpu-ms.ts';

test('an index finds the patterns that match when each is tried', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b', '*'), maxLength: 10 });
  const text = fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 50 }), text, (patterns, wanted) => {
      const found = new Set(globIndex(patterns.map((pattern) => [pattern, pattern] as const))(wanted));
      const expected = new Set(patterns.filter((pattern) => matchesGlob(pattern, wanted)));
      assert.deepEqual([...found].toSorted(), [...expected].toSorted());
    }),
  );
});

test('an index of 10,000 patterns answers 10,000 questions in less than 500 ms of CPU time', () => {
  const patterns = Array.from({ length: 10_000 }, (_, at) => [`registry.example.com:*/team-${at}/*`, at] as const);
  const find = globIndex(patterns);
  let found = 0;
  const ms = cpuMs(() => {
    for (let at = 0; at < 10_000; at += 1) found += [...find(`registry.example.com:5000/team-${at}/app:v1`)].length;
  });
  assert.equal(found, 10_000);
  assert.ok(ms < 500, `${ms} ms`);
});
