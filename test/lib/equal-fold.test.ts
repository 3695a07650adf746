import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { equalFold } from '../../src/lib/equal-fold.ts';

describe('a field name matches', () => {
  const cases = [
    { it: 'itself', field: 'auths', name: 'auths', expected: true },
    { it: 'in another case', field: 'access_token', name: 'Access_Token', expected: true },
    { it: 'with the long s', field: 'auths', name: 'auth\u017f', expected: true },
    { it: 'with the Kelvin sign', field: 'token', name: 'to\u212aen', expected: true },
    { it: 'not with the sharp s for two letters', field: 'password', name: 'pa\u00dfword', expected: false },
    { it: 'not a longer name', field: 'auth', name: 'auths', expected: false },
    { it: 'not another name of the same length', field: 'auth', name: 'soup', expected: false },
  ];
  for (const { it, field, name, expected } of cases) test(it, () => assert.equal(equalFold(field, name), expected));
});
