import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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
  readonly name: string;
  readonly a: Credential;
  readonly b: Credential;
  readonly same: boolean;
}[] = [
  {
    name: 'does not depend on the source of a credential',
    a: basic('u', 'p', 'one'),
    b: basic('u', 'p', 'two'),
    same: true,
  },
  { name: 'depends on the password', a: basic('u', 'p'), b: basic('u', 'q'), same: false },
  { name: 'depends on the user name', a: basic('u', 'p'), b: basic('v', 'p'), same: false },
  { name: 'depends on where the user name ends', a: basic('ab', 'c'), b: basic('a', 'bc'), same: false },
  { name: 'differs between an empty credential and anonymous', a: basic('', ''), b: anonymous, same: false },
];

describe('fingerprint', () => {
  for (const { name, a, b, same } of cases) {
    test(name, () => assert.equal(fingerprint(a) === fingerprint(b), same));
  }

  test('contains neither user name nor password', () => {
    assert.doesNotMatch(fingerprint(basic('someone', 'hunter2')), /someone|hunter2/);
  });
});
