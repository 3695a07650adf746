import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AskedRegistry, type RealmTrust, realmTrust } from '../../../src/registry/login/realm.ts';

const https = (host: string): AskedRegistry => ({ scheme: 'https', host });
const http = (host: string): AskedRegistry => ({ scheme: 'http', host });

interface Case {
  readonly name: string;
  readonly realm: string;
  readonly registry: AskedRegistry;
  readonly trusted?: readonly string[];
  readonly expected: RealmTrust;
}

const cases: readonly Case[] = [
  {
    name: 'the registry itself',
    realm: 'https://r.example.com/token',
    registry: https('r.example.com'),
    expected: 'allowed',
  },
  {
    name: 'another port of the same host',
    realm: 'https://r.example.com:5001/token',
    registry: https('r.example.com:5000'),
    expected: 'allowed',
  },
  {
    name: 'the realm of Docker Hub',
    realm: 'https://auth.docker.io/token',
    registry: https('registry-1.docker.io'),
    expected: 'allowed',
  },
  {
    name: 'the realm of an alias of Docker Hub',
    realm: 'https://auth.docker.io/token',
    registry: https('registry.hub.docker.com'),
    expected: 'allowed',
  },
  {
    name: 'the realm of an alias of Docker Hub, for another registry',
    realm: 'https://auth.docker.io/token',
    registry: https('hub.docker.com.example.com'),
    expected: 'foreign',
  },
  { name: 'a sibling', realm: 'https://auth.example.com/token', registry: https('r.example.com'), expected: 'allowed' },
  {
    name: 'the domain above the registry',
    realm: 'https://gitlab.com/jwt/auth',
    registry: https('registry.gitlab.com'),
    expected: 'allowed',
  },
  {
    name: 'a host in upper case with a trailing dot',
    realm: 'https://AUTH.example.com./token',
    registry: https('r.Example.com'),
    expected: 'allowed',
  },
  {
    name: 'a sibling below co.uk',
    realm: 'https://auth.example.co.uk/token',
    registry: https('r.example.co.uk'),
    expected: 'allowed',
  },
  {
    name: 'a host that the operator trusts',
    realm: 'https://login.elsewhere.net/t',
    registry: https('r.example.com'),
    trusted: ['login.elsewhere.net'],
    expected: 'allowed',
  },
  {
    name: 'a host that ends with a trusted host',
    realm: 'https://evil-login.elsewhere.net/t',
    registry: https('r.example.com'),
    trusted: ['login.elsewhere.net'],
    expected: 'foreign',
  },
  {
    name: 'a host that starts with the name of the registry',
    realm: 'https://r.example.com.attacker.tld/token',
    registry: https('r.example.com'),
    expected: 'foreign',
  },
  {
    name: 'a host that ends with the name of the registry',
    realm: 'https://notexample.com/token',
    registry: https('example.com'),
    expected: 'foreign',
  },
  {
    name: 'another domain',
    realm: 'https://attacker.tld/token',
    registry: https('r.example.com'),
    expected: 'foreign',
  },
  {
    name: 'another domain below co.uk',
    realm: 'https://evil.co.uk/token',
    registry: https('example.co.uk'),
    expected: 'foreign',
  },
  {
    name: 'another tenant of a shared domain',
    realm: 'https://evil.azurecr.io/token',
    registry: https('mine.azurecr.io'),
    expected: 'foreign',
  },
  {
    name: 'another host with a single label',
    realm: 'https://other/token',
    registry: https('registry'),
    expected: 'foreign',
  },
  {
    name: 'a realm with user and password',
    realm: 'https://u:p@r.example.com/token',
    registry: https('r.example.com'),
    expected: 'foreign',
  },
  {
    name: 'a realm with a user',
    realm: 'https://r.example.com@r.example.com/token',
    registry: https('r.example.com'),
    expected: 'foreign',
  },
  {
    name: 'a realm with another scheme',
    realm: 'ftp://r.example.com/token',
    registry: https('r.example.com'),
    expected: 'foreign',
  },
  {
    name: 'a realm with http for a registry with https',
    realm: 'http://r.example.com/token',
    registry: https('r.example.com'),
    expected: 'insecure',
  },
  {
    name: 'a trusted host with http for a registry with https',
    realm: 'http://login.elsewhere.net/t',
    registry: https('r.example.com'),
    trusted: ['login.elsewhere.net'],
    expected: 'insecure',
  },
  {
    name: 'a realm with http for a registry with http',
    realm: 'http://r.example.com/token',
    registry: http('r.example.com'),
    expected: 'allowed',
  },
  {
    name: 'a realm with https for a registry with http',
    realm: 'https://r.example.com/token',
    registry: http('r.example.com'),
    expected: 'allowed',
  },
  {
    name: 'the same address',
    realm: 'http://127.0.0.1:5001/token',
    registry: http('127.0.0.1:5000'),
    expected: 'allowed',
  },
  {
    name: 'the same address in another spelling',
    realm: 'https://0x0a000001/token',
    registry: https('10.0.0.1'),
    expected: 'allowed',
  },
  { name: 'another address', realm: 'https://10.0.0.2/token', registry: https('10.0.0.1'), expected: 'foreign' },
  {
    name: 'an address for a registry with a name',
    realm: 'https://10.0.0.1/token',
    registry: https('r.example.com'),
    expected: 'foreign',
  },
  {
    name: 'loopback, although the operator trusts it',
    realm: 'https://localhost/token',
    registry: https('r.example.com'),
    trusted: ['localhost'],
    expected: 'foreign',
  },
];

describe('realmTrust', () => {
  for (const { name, realm, registry, trusted = [], expected } of cases) {
    test(`${name}: ${expected}`, () => assert.equal(realmTrust(new URL(realm), registry, trusted), expected));
  }
});
