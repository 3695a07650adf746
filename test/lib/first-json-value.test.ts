import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { firstJsonValue } from '../../src/lib/first-json-value.ts';

const cases: readonly (readonly [it: string, text: string, is: string | undefined])[] = [
  ['a whole object', '{"a":1}', '{"a":1}'],
  ['an object with bytes after it', '{"a":{"b":[1]}}<html>', '{"a":{"b":[1]}}'],
  ['an object after spaces', ' \n{"a":1}', '{"a":1}'],
  ['braces within a string', '{"a":"}{\\"]"} x', '{"a":"}{\\"]"}'],
  ['a list', '[1,[2]] 3', '[1,[2]]'],
  ['null', 'null x', 'null'],
  ['a string', '"a\\"b" c', '"a\\"b"'],
  ['an empty text', '', undefined],
  ['only spaces', ' \n', undefined],
  ['an object that does not end', '{"a":{"b":1}', undefined],
  ['a string that does not end', '{"a":"b', undefined],
];

describe('the first JSON value of', () => {
  for (const [it, text, is] of cases) test(it, () => assert.equal(firstJsonValue(text), is));

  test('a long text that does not end is undefined', () => {
    assert.equal(firstJsonValue('['.repeat(100_000)), undefined);
    assert.equal(firstJsonValue(`{"a":"${'\\"'.repeat(50_000)}`), undefined);
  });
});
