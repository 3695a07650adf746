import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { valuesAt } from '../../src/lib/json-path.ts';

const value = { spec: { name: 'a', list: [{ name: 'b' }, {}, { name: 'c' }], map: { x: { n: 1 }, y: { n: 2 } } } };

const cases: readonly (readonly [path: string, values: readonly unknown[]])[] = [
  ['spec.name', ['a']],
  ['spec.list[*].name', ['b', 'c']],
  ['spec.map.*.n', [1, 2]],
  ['spec.missing.name', []],
  ['spec.name[*]', []],
  ['spec.list.*', []],
  ['__proto__.x', []],
  ['', [value]],
];

describe('the values at', () => {
  for (const [path, values] of cases) test(JSON.stringify(path), () => assert.deepEqual(valuesAt(value, path), values));
});
