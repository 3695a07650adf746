import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AskedRegistry, mayTravel, type Travel } from '../../../src/registry/login/realm.ts';
import { registrableDomain } from '../../../src/registry/login/registrable-domain.ts';

const https = (host: string): AskedRegistry => ({ scheme: 'https', host });
const http = (host: string): AskedRegistry => ({ scheme: 'http', host });

interface Case {
  readonly it: string;
  readonly realm: string;
  readonly registry: AskedRegistry;
  readonly trusted?: readonly string[];
  readonly is: Travel;
}

const cases: readonly Case[] = [
  {
    it: 'to the registry itself',
    realm: 'https://r.example.com/token',
    registry: https('r.example.com'),
    is: 'allowed',
  },
  {
    it: 'to another port of its host',
    realm: 'https://r.example.com:5001/token',
    registry: https('r.example.com:5000'),
    is: 'allowed',
  },
  {
    it: 'to Docker Hub',
    realm: 'https://auth.docker.io/token',
    registry: https('registry-1.docker.io'),
    is: 'allowed',
  },
  { it: 'to a sibling', realm: 'https://auth.example.com/token', registry: https('r.example.com'), is: 'allowed' },
  {
    it: 'up to the domain',
    realm: 'https://gitlab.com/jwt/auth',
    registry: https('registry.gitlab.com'),
    is: 'allowed',
  },
  {
    it: "in upper case and with the root's dot",
    realm: 'https://AUTH.example.com./token',
    registry: https('r.Example.com'),
    is: 'allowed',
  },
  {
    it: 'below a country domain',
    realm: 'https://auth.example.co.uk/token',
    registry: https('r.example.co.uk'),
    is: 'allowed',
  },
  {
    it: 'where the operator says so',
    realm: 'https://login.elsewhere.net/t',
    registry: https('r.example.com'),
    trusted: ['login.elsewhere.net'],
    is: 'allowed',
  },
  {
    it: 'not where a trusted host is only a suffix',
    realm: 'https://evil-login.elsewhere.net/t',
    registry: https('r.example.com'),
    trusted: ['login.elsewhere.net'],
    is: 'foreign',
  },
  {
    it: "not to a host that begins with the registry's name",
    realm: 'https://r.example.com.attacker.tld/token',
    registry: https('r.example.com'),
    is: 'foreign',
  },
  {
    it: 'not to a host that ends with it',
    realm: 'https://notexample.com/token',
    registry: https('example.com'),
    is: 'foreign',
  },
  { it: 'not to another domain', realm: 'https://attacker.tld/token', registry: https('r.example.com'), is: 'foreign' },
  {
    it: 'not to a neighbour below a country domain',
    realm: 'https://evil.co.uk/token',
    registry: https('example.co.uk'),
    is: 'foreign',
  },
  {
    it: 'not to another tenant',
    realm: 'https://evil.azurecr.io/token',
    registry: https('mine.azurecr.io'),
    is: 'foreign',
  },
  {
    it: 'not to a name in the same top-level domain',
    realm: 'https://other/token',
    registry: https('registry'),
    is: 'foreign',
  },
  {
    it: 'not with user info',
    realm: 'https://u:p@r.example.com/token',
    registry: https('r.example.com'),
    is: 'foreign',
  },
  {
    it: 'not with a user alone',
    realm: 'https://r.example.com@r.example.com/token',
    registry: https('r.example.com'),
    is: 'foreign',
  },
  { it: 'not by another scheme', realm: 'ftp://r.example.com/token', registry: https('r.example.com'), is: 'foreign' },
  { it: 'not in plain text', realm: 'http://r.example.com/token', registry: https('r.example.com'), is: 'insecure' },
  {
    it: 'not in plain text to a trusted host either',
    realm: 'http://login.elsewhere.net/t',
    registry: https('r.example.com'),
    trusted: ['login.elsewhere.net'],
    is: 'insecure',
  },
  {
    it: 'in plain text where the registry speaks it',
    realm: 'http://r.example.com/token',
    registry: http('r.example.com'),
    is: 'allowed',
  },
  {
    it: 'in https where the registry speaks plain text',
    realm: 'https://r.example.com/token',
    registry: http('r.example.com'),
    is: 'allowed',
  },
  { it: 'to the same address', realm: 'http://127.0.0.1:5001/token', registry: http('127.0.0.1:5000'), is: 'allowed' },
  {
    it: 'to the same address in another spelling',
    realm: 'https://0x0a000001/token',
    registry: https('10.0.0.1'),
    is: 'allowed',
  },
  { it: 'not to another address', realm: 'https://10.0.0.2/token', registry: https('10.0.0.1'), is: 'foreign' },
  {
    it: 'not from a name to an address',
    realm: 'https://10.0.0.1/token',
    registry: https('r.example.com'),
    is: 'foreign',
  },
  {
    it: 'not to loopback, though it is listed',
    realm: 'https://localhost/token',
    registry: https('r.example.com'),
    trusted: ['localhost'],
    is: 'foreign',
  },
];

for (const { it, realm, registry, trusted = [], is } of cases) {
  test(`a credential travels ${it}: ${is}`, () => {
    assert.equal(mayTravel(new URL(realm), registry, trusted), is);
  });
}

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

for (const [host, domain] of domains) {
  test(`the registrable domain of ${host} is ${domain ?? 'none'}`, () => {
    assert.equal(registrableDomain(host), domain);
  });
}
