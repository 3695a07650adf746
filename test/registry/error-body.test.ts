import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorCode, objectionIn } from '../../src/registry/error-body.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const body = (code: unknown): Uint8Array => bytes(JSON.stringify({ errors: [{ code, message: 'secret words' }] }));

const cases: readonly (readonly [name: string, body: Uint8Array, code: string | undefined])[] = [
  ['a code of the specification', body('MANIFEST_UNKNOWN'), 'MANIFEST_UNKNOWN'],
  ['a code in lower case', body('denied'), 'DENIED'],
  ['an unknown code', body('<b>call 555</b>'), undefined],
  ['a code that is a number', body(7), undefined],
  ['HTML', bytes('<html>'), undefined],
  ['a list', bytes('[]'), undefined],
  ['null', bytes('null'), undefined],
  ['a code in a prototype', bytes('{"__proto__":{"errors":[{"code":"DENIED"}]}}'), undefined],
  ['several codes, of which one is known', bytes('{"errors":[null,{"code":"X"},{"code":"DENIED"}]}'), 'DENIED'],
];

describe('errorCode', () => {
  for (const [name, content, code] of cases) {
    test(`${name}: ${code ?? 'undefined'}`, () => assert.equal(errorCode(content), code));
  }
});

const messages: readonly (readonly [name: string, message: string, objection: string | undefined])[] = [
  [
    'GitHub',
    'the `acme` organization has an IP allow list enabled, and your IP address 192.0.2.1 is not permitted',
    'address',
  ],
  ['Azure', "client with IP '192.0.2.1' is not allowed access. Refer https://aka.ms/acr/firewall", 'address'],
  ['Google Cloud', 'Request is prohibited by VPC Service Controls', 'address'],
  ['a suspended account', 'Your account has been suspended, contact support', 'suspended'],
  ['a locked user', 'The user is locked', 'suspended'],
  ['billing', 'This API method requires billing to be enabled', 'unpaid'],
  ['Harbor', 'current image with 3 vulnerabilities cannot be pulled due to configured policy', 'policy'],
  ['Xray', 'was not downloaded due to the download blocking policy configured in Xray', 'policy'],
  ['an ordinary refusal', 'requested access to the resource is denied', undefined],
  ['a phrase after the limit', `${'x '.repeat(600)}IP allow list`, undefined],
];

describe('objectionIn', () => {
  for (const [name, message, objection] of messages) {
    test(`${name}: ${objection ?? 'undefined'}`, () => {
      assert.equal(objectionIn(bytes(JSON.stringify({ errors: [{ code: 'DENIED', message }] }))), objection);
    });
  }
  test('a code may be enough', () => assert.equal(objectionIn(body('PROJECTPOLICYVIOLATION')), 'policy'));
  test('a message that is not a string has none', () => {
    assert.equal(objectionIn(bytes('{"errors":[{"message":["IP allow list"]}]}')), undefined);
  });
});
