import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseJsonPath, placesAt, valuesAt } from '../../src/lib/json-path.ts';

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

const places: readonly (readonly [path: string, places: readonly string[]])[] = [
  ['spec.name', ['spec.name']],
  ['spec.list[*].name', ['spec.list[0].name', 'spec.list[2].name']],
  ['spec.map.*.n', ['spec.map[x].n', 'spec.map[y].n']],
  ['spec.lists[*][*]', []],
  ['spec.missing', []],
  ['', ['']],
];

describe('the paths of the values at', () => {
  for (const [path, expected] of places) {
    test(JSON.stringify(path), () => {
      assert.deepEqual(
        [...placesAt(value, parseJsonPath(path))].map((place) => place.path),
        expected,
      );
    });
  }

  test('a list of lists', () => {
    const found = [...placesAt({ a: [[1], [2, 3]] }, parseJsonPath('a[*][*]'))];
    assert.deepEqual(
      found.map((place) => [place.path, place.value]),
      [
        ['a[0][0]', 1],
        ['a[1][0]', 2],
        ['a[1][1]', 3],
      ],
    );
  });

  test('one million members, one at a time', () => {
    const many = { map: Object.fromEntries(Array.from({ length: 1_000_000 }, (_, at) => [`k${at}`, at])) };
    const [first] = placesAt(many, parseJsonPath('map.*'));
    assert.equal(first?.path, 'map[k0]');
  });
});
