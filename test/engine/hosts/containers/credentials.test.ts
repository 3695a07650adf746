import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { readAuthFile } from '../../../../src/engine/hosts/containers/auth-file.ts';
import { findAuth } from '../../../../src/engine/hosts/containers/find-auth.ts';
import { authFileHelper } from '../../../../src/engine/hosts/containers/registries-conf.ts';

const encoded = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const auth = (text: string) => ({ auth: encoded(text) });

const cases = [
  {
    it: 'the entry of the namespace comes before that of the host',
    auths: { 'quay.io': auth('host:p'), 'quay.io/team': auth('team:p') },
    expected: 'team',
  },
  { it: 'a namespace of another team does not count', auths: { 'quay.io/tea': auth('tea:p') }, expected: 'none' },
  {
    it: 'an empty entry hides that of the host',
    auths: { 'quay.io/team': {}, 'quay.io': auth('u:p') },
    expected: 'none',
  },
  {
    it: 'user name and password of an entry are not read',
    auths: { 'quay.io': { username: 'u', password: 'p' } },
    expected: 'none',
  },
  { it: 'a URL is a key too', auths: { 'https://quay.io/v1/': auth('url:p') }, expected: 'url' },
  {
    it: 'nobody knows which of two URLs the node takes',
    auths: { 'https://quay.io': auth('a:p'), 'http://quay.io': auth('b:p') },
    expected: 'ambiguous',
  },
  { it: 'an entry that is not base64 fails the pull', auths: { 'quay.io': { auth: '!' } }, expected: 'fails' },
  {
    it: 'a credential that is not UTF-8 cannot be repeated here',
    auths: { 'quay.io': auth('u:\xff') },
    expected: 'not-utf8',
  },
  { it: 'a helper of the host has the credential', auths: {}, credHelpers: { 'quay.io': 'x' }, expected: 'helper' },
  { it: 'a file that is not an object fails the pull', auths: [], expected: 'fails' },
];

describe('findAuth', () => {
  for (const { it, expected, ...file } of cases) {
    test(it, () => {
      const answer = findAuth(readAuthFile(JSON.stringify(file)), [authFileHelper], 'quay.io/team/app');
      const actual = answer.kind === 'entry' ? answer.username : answer.kind === 'unseen' ? answer.reason : answer.kind;
      assert.equal(actual, expected);
    });
  }

  test('a credential helper before the auth file may know a credential', () => {
    const file = readAuthFile(JSON.stringify({ auths: { 'quay.io': auth('u:p') } }));
    assert.equal(findAuth(file, ['secretservice', authFileHelper], 'quay.io/app').kind, 'unseen');
    assert.equal(findAuth(file, [authFileHelper, 'secretservice'], 'quay.io/app').kind, 'entry');
  });

  test('nothing secret is printed', () => {
    const file = readAuthFile(JSON.stringify({ auths: { 'quay.io': auth('u:s3cret') } }));
    const answer = findAuth(file, [authFileHelper], 'quay.io/app');
    const printed = inspect([file, answer], { depth: null }) + JSON.stringify(answer);
    assert.doesNotMatch(printed, new RegExp(`s3cret|${encoded('u:s3cret')}`));
  });
});
