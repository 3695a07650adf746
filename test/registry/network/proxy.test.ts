import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyFor } from '../../../src/registry/network/proxy.ts';

const both = { httpProxy: 'http://plain.proxy:3128', httpsProxy: 'secure.proxy:3129' };

interface Case {
  readonly it: string;
  readonly url: string;
  readonly noProxy?: string;
  readonly proxy: string | undefined;
}

const cases: readonly Case[] = [
  { it: 'https by its own', url: 'https://r.example.com', proxy: 'secure.proxy:3129' },
  { it: 'http by its own', url: 'http://r.example.com', proxy: 'plain.proxy:3128' },
  { it: 'localhost by none', url: 'https://localhost:5000', proxy: undefined },
  { it: 'loopback by none', url: 'http://127.0.0.1:5000', proxy: undefined },
  { it: 'all by none after a star', url: 'https://r.example.com', noProxy: 'x, *', proxy: undefined },
  { it: 'a listed host by none', url: 'https://r.example.com', noProxy: 'R.Example.com', proxy: undefined },
  { it: 'what is below a listed host by none', url: 'https://r.example.com', noProxy: 'example.com', proxy: undefined },
  {
    it: 'a name that only ends the same by its own',
    url: 'https://notexample.com',
    noProxy: 'example.com',
    proxy: 'secure.proxy:3129',
  },
  {
    it: 'the apex of a listed suffix by its own',
    url: 'https://example.com',
    noProxy: '.example.com',
    proxy: 'secure.proxy:3129',
  },
  {
    it: 'what is below a listed suffix by none',
    url: 'https://r.example.com',
    noProxy: '.example.com',
    proxy: undefined,
  },
  { it: 'a listed port by none', url: 'https://r.example.com', noProxy: 'example.com:443', proxy: undefined },
  {
    it: 'another port by its own',
    url: 'https://r.example.com:5000',
    noProxy: 'example.com:443',
    proxy: 'secure.proxy:3129',
  },
  { it: 'an address in a listed range by none', url: 'https://10.1.2.3', noProxy: '10.0.0.0/8', proxy: undefined },
  { it: 'an address outside by its own', url: 'https://11.1.2.3', noProxy: '10.0.0.0/8', proxy: 'secure.proxy:3129' },
  { it: 'a listed IPv6 address by none', url: 'https://[fd00::1]:5000', noProxy: 'fd00:0::1', proxy: undefined },
];

for (const { it, url, noProxy, proxy } of cases) {
  test(`a request goes to ${it}`, () => {
    const settings = { ...both, ...(noProxy !== undefined && { noProxy }) };
    assert.equal(proxyFor(new URL(url), settings)?.host, proxy);
  });
}

test('a proxy for http does not stand in for https, as in Go', () => {
  assert.equal(proxyFor(new URL('https://r.example.com'), { httpProxy: 'http://plain.proxy:3128' }), undefined);
});
