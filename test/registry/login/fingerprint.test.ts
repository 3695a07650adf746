import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous, type Credential } from '../../../src/engine/keyring/credential.ts';
import { Redacted } from '../../../src/lib/redacted.ts';
import { fingerprint } from '../../../src/registry/login/fingerprint.ts';

function basic(username: string, password: string, secret = 'regcred'): Credential {
  return {
    kind: 'basic',
    username,
    password: new Redacted(password),
    source: { kind: 'secret', secret, entry: 'registry.example.com' },
  };
}

const cases: readonly {
  readonly it: string;
  readonly a: Credential;
  readonly b: Credential;
  readonly same: boolean;
}[] = [
  {
    it: 'is the same wherever a credential comes from',
    a: basic('u', 'p', 'one'),
    b: basic('u', 'p', 'two'),
    same: true,
  },
  { it: 'differs by password', a: basic('u', 'p'), b: basic('u', 'q'), same: false },
  { it: 'differs by user', a: basic('u', 'p'), b: basic('v', 'p'), same: false },
  { it: 'does not run user and password together', a: basic('ab', 'c'), b: basic('a', 'bc'), same: false },
  { it: 'tells a credential from none', a: basic('', ''), b: anonymous, same: false },
];

for (const { it, a, b, same } of cases) {
  test(`a fingerprint ${it}`, () => {
    assert.equal(fingerprint(a) === fingerprint(b), same);
  });
}

test('a fingerprint holds neither user nor password', () => {
  const print = fingerprint(basic('someone', 'hunter2'));
  assert.doesNotMatch(print, /someone|hunter2/);
});
