import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { durationMs } from '../../../src/lib/go-duration.ts';
import { isMirror, registryHosts } from '../../../src/engine/hosts/registry-hosts.ts';
import { isLoopbackHost } from '../../../src/engine/hosts/loopback.ts';
import { parseHostsToml } from '../../../src/registry/hosts/parse-hosts-toml.ts';

const defaults = [
  { it: 'any registry is asked over https', registry: 'ghcr.io', is: 'https://ghcr.io/v2' },
  { it: 'Docker Hub has a host of its own', registry: 'docker.io', is: 'https://registry-1.docker.io/v2' },
  {
    it: 'a loopback registry is tried over TLS first, unverified',
    registry: 'localhost:5000',
    is: 'https://localhost:5000/v2 unverified fallback',
  },
  { it: 'a loopback registry at 443 speaks TLS', registry: '127.0.0.1:443', is: 'https://127.0.0.1:443/v2 unverified' },
  { it: 'a loopback registry at 80 speaks plain HTTP', registry: '[::1]:80', is: 'http://[::1]:80/v2' },
  { it: 'an address of the network is no loopback', registry: '10.0.0.1:5000', is: 'https://10.0.0.1:5000/v2' },
];

const files = [
  {
    it: 'mirrors come in their order, the registry last',
    toml: '[host."https://b.io"]\n[host."https://a.io"]\n',
    is: ['https://b.io/v2', 'https://a.io/v2', 'https://r.io/v2'],
  },
  {
    it: 'numbers as hosts keep their order',
    toml: '[host.9]\n[host.1]\n',
    is: ['https://9/v2', 'https://1/v2', 'https://r.io/v2'],
  },
  { it: 'server stands for the registry', toml: 'server = "https://s.io/x"', is: ['https://s.io/x/v2'] },
  { it: 'a trailing slash adds nothing', toml: 'server = "https://s.io/"', is: ['https://s.io/v2'] },
  {
    it: 'override_path keeps the path',
    toml: 'server = "https://s.io/x/"\noverride_path = true',
    is: ['https://s.io/x'],
  },
  {
    it: 'a plain mirror with a CA is tried over TLS first',
    toml: 'server = "http://s.io"\nca = "ca.pem"',
    is: ['https://s.io/v2 fallback'],
  },
  {
    it: 'a broken mirror setting breaks the file',
    toml: '[host."https://a.io"]\ncapabilities = ["fetch"]\n',
    is: 'invalid',
  },
  { it: 'skip_verify must be a boolean', toml: 'skip_verify = "yes"', is: 'invalid' },
  { it: 'a client pair has two files', toml: 'client = [["a", "b", "c"]]', is: 'invalid' },
  { it: 'a dial timeout is a duration', toml: 'dial_timeout = "soon"', is: 'invalid' },
  { it: 'what is not TOML is invalid', toml: '[host.\n', is: 'invalid' },
];

function told(hosts: ReturnType<typeof registryHosts>): readonly string[] {
  return hosts.map(({ scheme, host, path, skipVerify, httpFallback }) =>
    [`${scheme}://${host}${path}`, ...(skipVerify ? ['unverified'] : []), ...(httpFallback ? ['fallback'] : [])].join(
      ' ',
    ),
  );
}

describe('registryHosts', () => {
  for (const { it: sentence, registry, is } of defaults) {
    it(sentence, () => assert.deepEqual(told(registryHosts(registry)), [is]));
  }

  for (const { it: sentence, toml, is } of files) {
    it(sentence, () => {
      const read = parseHostsToml(toml, '/certs.d/r.io');
      assert.deepEqual(read.kind === 'hosts' ? told(registryHosts('r.io', read.hosts)) : 'invalid', is);
    });
  }

  it('knows files, headers and timeouts', () => {
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

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => void parseHostsToml(`server = ${JSON.stringify(text)}`, '/d'),
      ),
      { seed: 20 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => void durationMs(text)),
      { seed: 20 },
    );
  });
});

describe('isMirror', () => {
  it('takes Docker Hub’s own host for Docker Hub, and any other for a mirror', () => {
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
  for (const host of loopback) it(`knows ${host}`, () => assert.equal(isLoopbackHost(host), true));
  for (const host of others) it(`does not take "${host}" for one`, () => assert.equal(isLoopbackHost(host), false));
});
