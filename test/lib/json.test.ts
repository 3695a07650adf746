import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  arrayOf,
  descend,
  isObject,
  member,
  objectAt,
  objectOf,
  objectsAt,
  parseJson,
  stringMapOf,
  stringOf,
  textAt,
  textsAt,
} from '../../src/lib/json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const sources: readonly { it: string; source: string | Uint8Array; is: unknown }[] = [
  { it: 'parses a text', source: '{"a":[1,null]}', is: { a: [1, null] } },
  { it: 'parses UTF-8 bytes', source: bytes('"é"'), is: 'é' },
  { it: 'replaces invalid UTF-8', source: Uint8Array.of(0x22, 0xff, 0x22), is: '\ufffd' },
  { it: 'returns undefined for an empty text', source: '', is: undefined },
  { it: 'returns undefined for a text that is not JSON', source: '{a:1}', is: undefined },
  { it: 'rejects a byte order mark in a text', source: '\ufeff{}', is: undefined },
  { it: 'rejects a byte order mark in bytes', source: bytes('\ufeff{}'), is: undefined },
];

describe('parseJson', () => {
  for (const { it, source, is } of sources) test(it, () => assert.deepEqual(parseJson(source), is));
});

const values: readonly { it: string; value: unknown; object: object; array: readonly unknown[]; text: string }[] = [
  { it: 'an object', value: { a: 1 }, object: { a: 1 }, array: [], text: '' },
  { it: 'an array', value: [1], object: {}, array: [1], text: '' },
  { it: 'a string', value: 'a', object: {}, array: [], text: 'a' },
  { it: 'a number', value: 1, object: {}, array: [], text: '' },
  { it: 'null', value: null, object: {}, array: [], text: '' },
  { it: 'undefined', value: undefined, object: {}, array: [], text: '' },
];

describe('a value of an unexpected type is absent', () => {
  for (const { it, value, object, array, text } of values) {
    test(it, () => {
      assert.deepEqual([objectOf(value), arrayOf(value), stringOf(value)], [object, array, text]);
      assert.equal(isObject(value), it === 'an object');
    });
  }

  test('in a map of strings, each value on its own', () => {
    assert.deepEqual(stringMapOf({ a: 'x', b: 1, c: null }), { a: 'x' });
    assert.deepEqual(stringMapOf(['x']), {});
  });
});

const pod = { spec: { name: 'web', labels: { app: 'web', port: 80 }, containers: [{ image: 'a' }, null, 'b'] } };

const reads: readonly { it: string; read: unknown; is: unknown }[] = [
  { it: 'member reads an own property', read: member(pod.spec, 'name'), is: 'web' },
  { it: 'member ignores inherited properties', read: member({}, 'toString'), is: undefined },
  { it: 'member reads nothing from an array', read: member(['a'], 'length'), is: undefined },
  { it: 'descend follows a path', read: descend(pod, ['spec', 'labels']), is: pod.spec.labels },
  { it: 'descend returns an empty object if a step is missing', read: descend(pod, ['status', 'phase']), is: {} },
  { it: 'descend returns an empty object at the end if it is a text', read: descend(pod, ['spec', 'name']), is: {} },
  { it: 'descend with an empty path returns the object', read: descend(pod, []), is: pod },
  { it: 'objectAt reads an object', read: objectAt(pod, 'spec'), is: pod.spec },
  { it: 'objectAt returns an empty object for a text', read: objectAt(pod.spec, 'name'), is: {} },
  { it: 'objectsAt keeps only objects', read: objectsAt(pod.spec, 'containers'), is: [{ image: 'a' }] },
  { it: 'objectsAt is empty if the member is not an array', read: objectsAt(pod.spec, 'labels'), is: [] },
  { it: 'textAt reads a string', read: textAt(pod.spec, 'name'), is: 'web' },
  { it: 'textAt is empty if the member is not a string', read: textAt(pod.spec, 'labels'), is: '' },
  { it: 'textsAt keeps only strings', read: textsAt(pod.spec, 'labels'), is: { app: 'web' } },
];

describe('a member of an object', () => {
  for (const { it, read, is } of reads) test(it, () => assert.deepEqual(read, is));
});
