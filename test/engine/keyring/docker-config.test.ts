import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { readPullSecret } from '../../../src/engine/keyring/docker-config.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const config = (text: string) =>
  readPullSecret({ name: 's', type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64(text) } });

/** `key user password` of each entry, or the kind of what went wrong. */
function told(read: ReturnType<typeof readPullSecret>): readonly string[] | string {
  if (read.kind !== 'entries') return read.kind;
  return read.entries.map(({ key, username, password }) => `${key} ${username} ${password.reveal()}`);
}

const auth = base64('u:p:w');

const cases = [
  { it: 'reads username and password', text: '{"auths":{"h":{"username":"u","password":"p"}}}', is: ['h u p'] },
  {
    it: 'prefers auth, and splits it at its first colon',
    text: `{"auths":{"h":{"username":"x","password":"y","auth":"${auth}"}}}`,
    is: ['h u p:w'],
  },
  {
    it: 'passes over line ends in auth',
    text: `{"auths":{"h":{"auth":"${auth.slice(0, 3)}\\r\\n${auth.slice(3)}"}}}`,
    is: ['h u p:w'],
  },
  { it: 'reads an auth without its padding', text: `{"auths":{"h":{"auth":"dTpw"}}}`, is: ['h u p'] },
  { it: 'reads UTF-8', text: `{"auths":{"h":{"auth":"${base64('ü:ß')}"}}}`, is: ['h ü ß'] },
  {
    it: 'matches field names in any case, the last one winning',
    text: '{"AUTHS":{"h":{"Username":"a","username":"u","PASSWORD":"p"}}}',
    is: ['h u p'],
  },
  {
    it: 'sees every one of repeated names',
    text: '{"auths":{"h":{"username":"u","password":"p"}},"auths":{"i":{"username":"v","password":"q"}}}',
    is: ['h u p', 'i v q'],
  },
  {
    it: 'gives up for an entry that a later one of the same key hides',
    text: '{"auths":{"h":{"auth":"!"},"h":{"auth":"dTpw"}}}',
    is: 'malformed',
  },
  { it: 'takes null for nothing', text: '{"auths":{"h":null,"i":{"username":null}}}', is: ['h  ', 'i  '] },
  { it: 'finds no entries in null', text: 'null', is: [] },
  { it: 'finds no entries in auths that are null', text: '{"auths":null}', is: [] },
  {
    it: 'ignores identity tokens, stores and helpers',
    text: '{"auths":{"h":{"identitytoken":"t"}},"credsStore":"x","credHelpers":{"h":"y"}}',
    is: ['h  '],
  },
  { it: 'gives up for auths that is a list', text: '{"auths":[]}', is: 'malformed' },
  { it: 'gives up for an entry that is a string', text: '{"auths":{"h":"u:p"}}', is: 'malformed' },
  { it: 'gives up for a field that is a number', text: '{"auths":{"h":{"auth":5}}}', is: 'malformed' },
  { it: 'gives up for a header that is no string', text: '{"HttpHeaders":{"x":1}}', is: 'malformed' },
  {
    it: 'gives up for an auth without a colon',
    text: `{"auths":{"h":{"auth":"${base64('nocolon')}"}}}`,
    is: 'malformed',
  },
  { it: 'gives up for an auth with a blank', text: '{"auths":{"h":{"auth":" dTpw"}}}', is: 'malformed' },
  { it: 'gives up for a url-safe auth', text: '{"auths":{"h":{"auth":"dTo_Pz8_"}}}', is: 'malformed' },
  { it: 'gives up for text behind the JSON', text: '{"auths":{}} x', is: 'malformed' },
  { it: 'gives up for a byte order mark', text: '\uFEFF{"auths":{}}', is: 'malformed' },
];

describe('readPullSecret', () => {
  for (const { it: sentence, text, is } of cases) it(sentence, () => assert.deepEqual(told(config(text)), is));

  const unusable = [
    { it: 'an Opaque secret', type: 'Opaque', data: { '.dockerconfigjson': base64('{}') }, reason: 'wrong-type' },
    { it: 'a type that is an object property', type: 'constructor', data: {}, reason: 'wrong-type' },
    {
      it: 'the other type’s key',
      type: 'kubernetes.io/dockercfg',
      data: { '.dockerconfigjson': base64('{}') },
      reason: 'wrong-key',
    },
    { it: 'empty data', type: 'kubernetes.io/dockercfg', data: { '.dockercfg': '' }, reason: 'wrong-key' },
  ];
  for (const { it: what, type, data, reason } of unusable) {
    it(`passes over ${what}`, () =>
      assert.deepEqual(readPullSecret({ name: 's', type, data }), {
        kind: 'unusable',
        reason,
      }));
  }

  it('gives up for data that is not base64', () => {
    const data = { '.dockercfg': '{}' };
    assert.equal(readPullSecret({ name: 's', type: 'kubernetes.io/dockercfg', data }).kind, 'malformed');
  });

  it('reads what JSON.stringify wrote, whatever the strings hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.record({ username: fc.string(), password: fc.string() })), (auths) => {
        const wanted = Object.entries(auths).map(([key, { username, password }]) => `${key} ${username} ${password}`);
        const read = told(config(JSON.stringify({ before: [{ '}': '"' }], auths, after: '{' }, undefined, 1)));
        assert(Array.isArray(read));
        assert.deepEqual(new Set(read), new Set(wanted));
      }),
      { seed: 20, numRuns: 300 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => void told(config(text))),
      { seed: 20, numRuns: 1_000 },
    );
  });
});
