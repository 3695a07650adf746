import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answer, apiVersion, result, scriptPlugin } from './plugin-script.ts';

/** A valid response in which the field `field` is duplicate. */
function duplicate(field: string, value: string): string {
  return answer().replace(/\}'$/, `,"${field}":${value}}'`);
}

const cases = [
  { title: 'the credentials of a response are used', script: `cat >/dev/null\n${answer()}`, expected: ['alice'] },
  {
    title: 'the request contains the image without its tag',
    script: `grep -q '"image":"r.io/team/app"' || exit 1\n${answer()}`,
    expected: ['alice'],
  },
  { title: 'a plugin need not read its request', script: answer(), expected: ['alice'] },
  {
    title: 'an entry for another host is ignored',
    script: answer({ auth: { 'other.io': { username: 'u', password: 'p' } } }),
    expected: [],
  },
  { title: 'a response without auth has no credentials', script: answer({ auth: null }), expected: [] },
  {
    title: 'a null user name is an empty user name',
    script: answer({ auth: { 'r.io': { username: null, password: null } } }),
    expected: ['anonymous'],
  },
  { title: 'a plugin that crashes is undecided', script: 'exit 1', expected: ['crashed'] },
  { title: 'a text that is not JSON is undecided', script: 'echo rubbish', expected: ['bad-answer'] },
  {
    title: 'another version is undecided',
    script: answer({ apiVersion: `${apiVersion}alpha1` }),
    expected: ['bad-answer'],
  },
  { title: 'another kind is undecided', script: answer({ kind: 'Other' }), expected: ['bad-answer'] },
  { title: 'an unknown field is undecided', script: answer({ extra: 1 }), expected: ['bad-answer'] },
  {
    title: 'an unknown cache key type is undecided',
    script: answer({ cacheKeyType: 'Node' }),
    expected: ['bad-answer'],
  },
  { title: 'a duplicate field is undecided', script: duplicate('auth', '{}'), expected: ['bad-answer'] },
  {
    title: 'a duplicate entry is undecided',
    script: `echo '{"kind":"CredentialProviderResponse","apiVersion":"${apiVersion}","cacheKeyType":"Image","auth":{"r.io":{},"r.io":{}}}'`,
    expected: ['bad-answer'],
  },
  {
    title: 'an entry that is not an object is undecided',
    script: answer({ auth: { 'r.io': { username: 'alice', password: 's3cret' }, 'other.io': 'x' } }),
    expected: ['bad-answer'],
  },
  {
    title: 'a cache duration that overflows is undecided',
    script: answer({ cacheDuration: '9999999h' }),
    expected: ['bad-answer'],
  },
  { title: 'an endless response is undecided', script: 'yes', expected: ['bad-answer'] },
];

describe('the response of a plugin', () => {
  for (const { title, script, expected } of cases) {
    test(title, async () => {
      const { plugin } = await scriptPlugin(script);
      assert.deepEqual(await result(plugin), expected);
    });
  }
});
