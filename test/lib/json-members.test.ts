import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { jsonMembers } from '../../src/lib/json-members.ts';

const objects: readonly { it: string; text: string; members: readonly (readonly [string, string])[] }[] = [
  { it: 'an empty object has none', text: '{}', members: [] },
  {
    it: 'blanks are ignored',
    text: ' { "a" : 1 , "b" : 2 } ',
    members: [
      ['a', '1 '],
      ['b', '2 '],
    ],
  },
  {
    it: 'a name that occurs twice is returned twice',
    text: '{"a":1,"a":2}',
    members: [
      ['a', '1'],
      ['a', '2'],
    ],
  },
  {
    it: 'the order is the order of the text',
    text: '{"b":1,"2":2,"1":3}',
    members: [
      ['b', '1'],
      ['2', '2'],
      ['1', '3'],
    ],
  },
  { it: 'a name is decoded', text: String.raw`{"a\u0062\"":1}`, members: [['ab"', '1']] },
  { it: 'a value keeps its text', text: '{"a":1.0e2}', members: [['a', '1.0e2']] },
  {
    it: 'a value may be an object',
    text: '{"a":{"b":1,"c":{}},"d":2}',
    members: [
      ['a', '{"b":1,"c":{}}'],
      ['d', '2'],
    ],
  },
  {
    it: 'a value may be an array',
    text: '{"a":[1,{"b":2},[]],"c":3}',
    members: [
      ['a', '[1,{"b":2},[]]'],
      ['c', '3'],
    ],
  },
  {
    it: 'a text may contain brackets and commas',
    text: '{"a":"},{]","b":1}',
    members: [
      ['a', '"},{]"'],
      ['b', '1'],
    ],
  },
  {
    it: 'a text may contain quotes',
    text: String.raw`{"a":"\",\\","b":1}`,
    members: [
      ['a', String.raw`"\",\\"`],
      ['b', '1'],
    ],
  },
];

describe('the members of a JSON object', () => {
  for (const { it, text, members } of objects) test(it, () => assert.deepEqual(jsonMembers(text), members));

  test('are those of JSON.parse, if no name occurs twice', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 4), (object, indent) => {
        const text = JSON.stringify(object, undefined, indent);
        const members = jsonMembers(text).map(([name, value]) => [name, JSON.parse(value) as unknown]);
        assert.deepEqual(members, Object.entries(JSON.parse(text) as object));
      }),
      { seed: 20 },
    );
  });
});
