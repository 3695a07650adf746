import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { readPullSecret } from '../../../src/engine/keyring/docker-config.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const config = (text: string) =>
  readPullSecret({ name: 's', type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64(text) } });

/** `key user password` of each entry, or `unusable` or `malformed`. */
function entriesOf(read: ReturnType<typeof readPullSecret>): readonly string[] | string {
  if (read.kind !== 'entries') return read.kind;
  return read.entries.map(({ key, username, password }) => `${key} ${username} ${password.reveal()}`);
}

const auth = base64('u:p:w');

const cases = [
  { it: 'reads username and password', text: '{"auths":{"h":{"username":"u","password":"p"}}}', expected: ['h u p'] },
  {
    it: 'prefers auth, and splits it at the first colon',
    text: `{"auths":{"h":{"username":"x","password":"y","auth":"${auth}"}}}`,
    expected: ['h u p:w'],
  },
  {
    it: 'ignores line breaks in auth',
    text: `{"auths":{"h":{"auth":"${auth.slice(0, 3)}\\r\\n${auth.slice(3)}"}}}`,
    expected: ['h u p:w'],
  },
  { it: 'reads an auth without padding', text: `{"auths":{"h":{"auth":"dTpw"}}}`, expected: ['h u p'] },
  { it: 'reads UTF-8', text: `{"auths":{"h":{"auth":"${base64('ü:ß')}"}}}`, expected: ['h ü ß'] },
  {
    it: 'matches field names in any case, and the last one wins',
    text: '{"AUTHS":{"h":{"Username":"a","username":"u","PASSWORD":"p"}}}',
    expected: ['h u p'],
  },
  {
    it: 'reads every auths if there are several',
    text: '{"auths":{"h":{"username":"u","password":"p"}},"auths":{"i":{"username":"v","password":"q"}}}',
    expected: ['h u p', 'i v q'],
  },
  {
    it: 'rejects an invalid entry even if a later entry has the same key',
    text: '{"auths":{"h":{"auth":"!"},"h":{"auth":"dTpw"}}}',
    expected: 'malformed',
  },
  { it: 'reads null as empty', text: '{"auths":{"h":null,"i":{"username":null}}}', expected: ['h  ', 'i  '] },
  { it: 'finds no entries in null', text: 'null', expected: [] },
  { it: 'finds no entries if auths is null', text: '{"auths":null}', expected: [] },
  {
    it: 'ignores identity tokens, stores and helpers',
    text: '{"auths":{"h":{"identitytoken":"t"}},"credsStore":"x","credHelpers":{"h":"y"}}',
    expected: ['h  '],
  },
  { it: 'rejects auths that is a list', text: '{"auths":[]}', expected: 'malformed' },
  { it: 'rejects an entry that is a string', text: '{"auths":{"h":"u:p"}}', expected: 'malformed' },
  { it: 'rejects a field that is a number', text: '{"auths":{"h":{"auth":5}}}', expected: 'malformed' },
  { it: 'rejects a header that is not a string', text: '{"HttpHeaders":{"x":1}}', expected: 'malformed' },
  {
    it: 'rejects an auth without a colon',
    text: `{"auths":{"h":{"auth":"${base64('nocolon')}"}}}`,
    expected: 'malformed',
  },
  { it: 'rejects an auth with a space', text: '{"auths":{"h":{"auth":" dTpw"}}}', expected: 'malformed' },
  { it: 'rejects an auth in URL-safe base64', text: '{"auths":{"h":{"auth":"dTo_Pz8_"}}}', expected: 'malformed' },
  { it: 'rejects text after the JSON', text: '{"auths":{}} x', expected: 'malformed' },
  { it: 'rejects a byte order mark', text: '\uFEFF{"auths":{}}', expected: 'malformed' },
];

describe('readPullSecret', () => {
  for (const { it, text, expected } of cases) test(it, () => assert.deepEqual(entriesOf(config(text)), expected));

  const unusable = [
    { it: 'an Opaque secret', type: 'Opaque', data: { '.dockerconfigjson': base64('{}') }, reason: 'wrong-type' },
    { it: 'a type that is a property of every object', type: 'constructor', data: {}, reason: 'wrong-type' },
    {
      it: 'the data key of the other type',
      type: 'kubernetes.io/dockercfg',
      data: { '.dockerconfigjson': base64('{}') },
      reason: 'wrong-key',
    },
    { it: 'empty data', type: 'kubernetes.io/dockercfg', data: { '.dockercfg': '' }, reason: 'wrong-key' },
  ];
  for (const { it: what, type, data, reason } of unusable) {
    test(`ignores ${what}`, () =>
      assert.deepEqual(readPullSecret({ name: 's', type, data }), {
        kind: 'unusable',
        reason,
      }));
  }

  test('rejects data that is not base64', () => {
    const data = { '.dockercfg': '{}' };
    assert.equal(readPullSecret({ name: 's', type: 'kubernetes.io/dockercfg', data }).kind, 'malformed');
  });

  test('reads the output of JSON.stringify for any strings', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.record({ username: fc.string(), password: fc.string() })), (auths) => {
        const wanted = Object.entries(auths).map(([key, { username, password }]) => `${key} ${username} ${password}`);
        const read = entriesOf(config(JSON.stringify({ before: [{ '}': '"' }], auths, after: '{' }, undefined, 1)));
        assert(Array.isArray(read));
        assert.deepEqual(new Set(read), new Set(wanted));
      }),
      { seed: 20, numRuns: 300 },
    );
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => void entriesOf(config(text))),
      { seed: 20, numRuns: 1_000 },
    );
  });
});
