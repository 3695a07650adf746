import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { watchPrivateHosts } from '../../../src/registry/network/private-hosts.ts';
import { fakeDns } from '../../faults/support/fake-dns.ts';

const zone = {
  'inner.test': ['10.1.2.3'],
  'mixed.test': ['93.184.216.34', 'fd12::1'],
  'outer.test': ['93.184.216.34', '2606:2800:220:1::1'],
  'allowed.test': ['10.9.9.9'],
};

const cases: readonly (readonly [host: string, isPrivate: boolean])[] = [
  ['inner.test', true],
  ['INNER.test:5000', true],
  ['mixed.test', true],
  ['outer.test', false],
  ['allowed.test', false],
  ['never-looked-up.test', false],
  ['172.16.0.1:5000', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['100.64.0.1', true],
  ['0xa000001:80', true],
  ['[fd00::1]:5000', true],
  ['[::ffff:10.0.0.1]', true],
  ['[64:ff9b::a00:1]', true],
  ['93.184.216.34', false],
  ['10.9.9.9', false],
  ['127.0.0.1', false],
];

describe('watchPrivateHosts', () => {
  for (const [host, isPrivate] of cases) {
    test(`${host} is ${isPrivate ? '' : 'not '}private`, async () => {
      const hosts = watchPrivateHosts(fakeDns(zone), ['10.9.0.0/16']);
      await Promise.all(Object.keys(zone).map((name) => hosts.resolveHost(name)));
      assert.equal(hosts.isPrivate(host), isPrivate);
    });
  }

  test('changes with the last lookup', async () => {
    const hosts = watchPrivateHosts(fakeDns({ 'moving.test': [['10.0.0.1'], ['93.184.216.34']] }));
    const seen = [];
    for (let lookup = 0; lookup < 2; lookup += 1) {
      await hosts.resolveHost('moving.test');
      seen.push(hosts.isPrivate('moving.test'));
    }
    assert.deepEqual(seen, [true, false]);
  });
});
