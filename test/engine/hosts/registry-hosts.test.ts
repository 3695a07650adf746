import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { isMirror, registryHosts } from '../../../src/engine/hosts/registry-hosts.ts';
import { isLoopbackHost } from '../../../src/engine/hosts/loopback.ts';
import { parseHostsToml } from '../../../src/registry/hosts/parse-hosts-toml.ts';

const defaults = [
  { it: 'a registry is reached over https', registry: 'ghcr.io', expected: 'https://ghcr.io/v2' },
  { it: 'Docker Hub has another host name', registry: 'docker.io', expected: 'https://registry-1.docker.io/v2' },
  {
    it: 'a loopback registry is tried over TLS first, without verification',
    registry: 'localhost:5000',
    expected: 'https://localhost:5000/v2 unverified fallback',
  },
  {
    it: 'a loopback registry on port 443 uses TLS',
    registry: '127.0.0.1:443',
    expected: 'https://127.0.0.1:443/v2 unverified',
  },
  { it: 'a loopback registry on port 80 uses plain HTTP', registry: '[::1]:80', expected: 'http://[::1]:80/v2' },
  {
    it: 'a private address is not a loopback address',
    registry: '10.0.0.1:5000',
    expected: 'https://10.0.0.1:5000/v2',
  },
];

const files = [
  {
    it: 'mirrors keep their order, and the registry is last',
    toml: '[host."https://b.io"]\n[host."https://a.io"]\n',
    expected: ['https://b.io/v2', 'https://a.io/v2', 'https://r.io/v2'],
  },
  {
    it: 'numeric hosts keep their order',
    toml: '[host.9]\n[host.1]\n',
    expected: ['https://9/v2', 'https://1/v2', 'https://r.io/v2'],
  },
  { it: 'server replaces the registry', toml: 'server = "https://s.io/x"', expected: ['https://s.io/x/v2'] },
  { it: 'a trailing slash is ignored', toml: 'server = "https://s.io/"', expected: ['https://s.io/v2'] },
  {
    it: 'override_path keeps the path',
    toml: 'server = "https://s.io/x/"\noverride_path = true',
    expected: ['https://s.io/x'],
  },
  {
    it: 'a plain HTTP host with a CA is tried over TLS first',
    toml: 'server = "http://s.io"\nca = "ca.pem"',
    expected: ['https://s.io/v2 fallback'],
  },
  {
    it: 'an invalid setting of one mirror makes the file invalid',
    toml: '[host."https://a.io"]\ncapabilities = ["fetch"]\n',
    expected: 'invalid',
  },
  { it: 'skip_verify must be a boolean', toml: 'skip_verify = "yes"', expected: 'invalid' },
  { it: 'a client pair must have two files', toml: 'client = [["a", "b", "c"]]', expected: 'invalid' },
  { it: 'a dial timeout must be a duration', toml: 'dial_timeout = "soon"', expected: 'invalid' },
  { it: 'text that is not TOML is invalid', toml: '[host.\n', expected: 'invalid' },
];

function summaryOf(hosts: ReturnType<typeof registryHosts>): readonly string[] {
  return hosts.map(({ scheme, host, path, skipVerify, httpFallback }) =>
    [`${scheme}://${host}${path}`, ...(skipVerify ? ['unverified'] : []), ...(httpFallback ? ['fallback'] : [])].join(
      ' ',
    ),
  );
}

describe('registryHosts', () => {
  for (const { it, registry, expected } of defaults) {
    test(it, () => assert.deepEqual(summaryOf(registryHosts(registry)), [expected]));
  }

  for (const { it, toml, expected } of files) {
    test(it, () => {
      const read = parseHostsToml(toml, '/certs.d/r.io');
      assert.deepEqual(read.kind === 'hosts' ? summaryOf(registryHosts('r.io', read.hosts)) : 'invalid', expected);
    });
  }

  test('reads files, headers and timeouts', () => {
    const toml = `[host."https://m.io"]
      ca = ["ca.pem", "/etc/ca.pem"]
      client = [["a.cert", "a.key"], "both.pem"]
      dial_timeout = "1m0.5s"
      [host."https://m.io".header]
        x-token = ["one", "two"]
    `;
    const read = parseHostsToml(toml, '/d');
    assert(read.kind === 'hosts');
    const [mirror] = registryHosts('r.io', read.hosts);
    assert.deepEqual(mirror?.ca, ['/d/ca.pem', '/etc/ca.pem']);
    assert.deepEqual(mirror.client, [
      ['/d/a.cert', '/d/a.key'],
      ['/d/both.pem', ''],
    ]);
    assert.deepEqual(mirror.header, { 'x-token': ['one', 'two'] });
    assert.equal(mirror.dialTimeoutMs, 60_500);
    assert.equal(read.hosts.length, 2);
  });

  test('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => void parseHostsToml(`server = ${JSON.stringify(text)}`, '/d'),
      ),
      { seed: 20 },
    );
  });
});

describe('isMirror', () => {
  test('is false for the host of Docker Hub, unless it serves another registry', () => {
    const [hub] = registryHosts('docker.io');
    assert(hub !== undefined);
    assert.equal(isMirror(hub, 'docker.io'), false);
    assert.equal(isMirror(hub, 'quay.io'), true);
  });
});

describe('isLoopbackHost', () => {
  const loopback = [
    'localhost',
    'localhost:5000',
    '127.0.0.1',
    '127.9.9.9:1',
    '::1',
    '[::1]',
    '[::1]:5000',
    '[::ffff:127.0.0.1]:1',
  ];
  const others = [
    'localhost.example.com',
    '127.0.0.1.nip.io',
    '128.0.0.1',
    '127.1',
    '10.0.0.1:5000',
    '[::2]:1',
    'ghcr.io',
    '',
  ];
  for (const host of loopback) test(`is true for ${host}`, () => assert.equal(isLoopbackHost(host), true));
  for (const host of others) test(`is false for "${host}"`, () => assert.equal(isLoopbackHost(host), false));
});
