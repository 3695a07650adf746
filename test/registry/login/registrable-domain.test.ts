import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { registrableDomain } from '../../../src/registry/login/registrable-domain.ts';

const domains: readonly (readonly [host: string, domain: string | undefined])[] = [
  ['a.b.example.com', 'example.com'],
  ['example.com', 'example.com'],
  ['com', undefined],
  ['co.uk', undefined],
  ['x.co.uk', 'x.co.uk'],
  ['azurecr.io', undefined],
  ['a.mine.azurecr.io', undefined],
  ['mine.github.io', 'mine.github.io'],
  ['10.0.0.1', undefined],
  ['[::1]', undefined],
  ['a..b', undefined],
];

describe('registrableDomain', () => {
  for (const [host, domain] of domains) {
    test(`${host}: ${domain ?? 'undefined'}`, () => assert.equal(registrableDomain(host), domain));
  }
});
