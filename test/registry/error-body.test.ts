import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorCode } from '../../src/registry/error-body.ts';

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
