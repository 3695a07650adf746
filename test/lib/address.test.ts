import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressRanges, canonicalAddress, isCidr, readings } from '../../src/lib/address.ts';

const canonical: readonly (readonly [text: string, address: string | undefined])[] = [
  ['10.0.0.1', '10.0.0.1'],
  ['::1', '::1'],
  ['[::1]', '::1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:DB8:0::A', '2001:db8::a'],
  ['fe80::1%eth0', 'fe80::1'],
  ['[fe80::1%eth0]', 'fe80::1'],
  ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ['010.0.0.1', undefined],
  ['10.1', undefined],
  ['167772161', undefined],
  ['10.0.0.1:80', undefined],
  ['10.0.0.0/8', undefined],
  ['registry.example.com', undefined],
  ['', undefined],
];

describe('canonicalAddress', () => {
  for (const [text, address] of canonical) {
    test(`of "${text}" is ${address}`, () => assert.equal(canonicalAddress(text), address));
  }
});

const embedded: readonly { it: string; address: string; ipv4: readonly string[] }[] = [
  { it: 'an IPv4 address', address: '10.0.0.1', ipv4: [] },
  { it: 'an IPv6 address without an embedded one', address: '2001:db8::a00:1', ipv4: [] },
  { it: 'a mapped address', address: '::ffff:a00:1', ipv4: ['10.0.0.1'] },
  { it: 'a translated address', address: '::ffff:0:a00:1', ipv4: ['10.0.0.1'] },
  { it: 'a compatible address', address: '::a00:1', ipv4: ['10.0.0.1'] },
  { it: 'the loopback address, by the rule for compatible addresses', address: '::1', ipv4: ['0.0.0.1'] },
  { it: 'a NAT64 address of the well-known prefix', address: '64:ff9b::a00:1', ipv4: ['10.0.0.1'] },
  { it: 'a NAT64 address of the local prefix', address: '64:ff9b:1::a00:1', ipv4: ['10.0.0.1'] },
  { it: 'a NAT64 address of another prefix', address: '64:ff9b:2::a00:1', ipv4: [] },
  { it: 'a 6to4 address', address: '2002:a00:1::1', ipv4: ['10.0.0.1'] },
];

describe('the readings of', () => {
  for (const { it, address, ipv4 } of embedded) {
    test(it, () => assert.deepEqual(readings(address), [address, ...ipv4]));
  }
});

const texts: readonly (readonly [text: string, valid: boolean])[] = [
  ['10.0.0.0/8', true],
  ['10.0.0.1', true],
  ['10.0.0.1/32', true],
  ['10.0.0.0/0', true],
  ['fd00::/8', true],
  ['::/128', true],
  ['10.0.0.0/33', false],
  ['::/129', false],
  ['10.0.0.0/', false],
  ['10.0.0.0/-1', false],
  ['10.0.0.0/8.0', false],
  ['10.0.0.0/0x8', false],
  ['10.0.0.0/8/8', false],
  ['10.0.0/8', false],
  ['/8', false],
  ['example.com', false],
  ['', false],
];

describe('isCidr', () => {
  for (const [text, valid] of texts) {
    test(`${valid ? 'accepts' : 'rejects'} "${text}"`, () => assert.equal(isCidr(text), valid));
  }
});

const members: readonly (readonly [ranges: readonly string[], address: string, within: boolean])[] = [
  [[], '10.0.0.1', false],
  [['10.0.0.0/8'], '10.255.0.1', true],
  [['10.0.0.0/8'], '11.0.0.1', false],
  [['10.0.0.1'], '10.0.0.1', true],
  [['10.0.0.1'], '10.0.0.2', false],
  [['192.168.0.0/16', '10.0.0.0/8'], '10.0.0.1', true],
  [['fd00::/8'], 'fd12::1', true],
  [['fd00::/8'], 'fe80::1', false],
  [['::1'], '::1', true],
  // Node treats an IPv4 address as a mapped IPv6 address, ::ffff:a00:1.
  [['::/0'], '10.0.0.1', true],
  [['10.0.0.0/8'], '::ffff:a00:1', true],
];

describe('addressRanges', () => {
  for (const [ranges, address, within] of members) {
    test(`[${ranges.join(', ')}] ${within ? 'contains' : 'does not contain'} ${address}`, () => {
      assert.equal(addressRanges(ranges).contains(address), within);
    });
  }

  test('throws for a text that is not a range', () => {
    assert.throws(
      () => addressRanges(['10.0.0.0/8', '10.0.0.0/33']),
      /not an IP address or CIDR range: 10\.0\.0\.0\/33/,
    );
  });
});
