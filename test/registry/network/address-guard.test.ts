import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AddressRules, createAddressGuard } from '../../../src/registry/network/address-guard.ts';

interface Case {
  readonly address: string;
  readonly may: boolean;
  readonly loopback?: true;
  readonly rules?: AddressRules;
}

const dialled: readonly Case[] = [
  { address: '93.184.216.34', may: true },
  { address: '10.0.0.1', may: true },
  { address: '172.16.0.1', may: true },
  { address: '192.168.1.1', may: true },
  { address: '2606:2800:220:1::1', may: true },
  { address: 'fd12:3456::1', may: true },
  { address: '64:ff9b::5db8:d822', may: true },
  { address: '127.0.0.1', may: false },
  { address: '127.9.9.9', may: false },
  { address: '::1', may: false },
  { address: '127.0.0.1', loopback: true, may: true },
  { address: '::1', loopback: true, may: true },
  { address: '169.254.169.254', loopback: true, may: false },
  { address: '0.0.0.0', may: false },
  { address: '0.1.2.3', may: false },
  { address: '::', may: false },
  { address: '::', loopback: true, may: false },
  { address: '169.254.169.254', may: false },
  { address: '100.100.100.200', may: false },
  { address: '168.63.129.16', may: false },
  { address: 'fd00:ec2::254', may: false },
  { address: 'fe80::1', may: false },
  { address: 'fe80::1%eth0', may: false },
  { address: '224.0.0.1', may: false },
  { address: 'ff02::1', may: false },
  { address: '255.255.255.255', may: false },
  { address: '::ffff:169.254.169.254', may: false },
  { address: '::ffff:a9fe:a9fe', may: false },
  { address: '::ffff:0:a9fe:a9fe', may: false },
  { address: '::ffff:127.0.0.1', may: false },
  { address: '::169.254.169.254', may: false },
  { address: '::7f00:1', may: false },
  { address: '64:ff9b::169.254.169.254', may: false },
  { address: '64:ff9b:1::a9fe:a9fe', may: false },
  { address: '2002:a9fe:a9fe::1', may: false },
  { address: '2002:7f00:1::', may: false },
  { address: 'not an address', may: false },
  { address: '10.1.2.3', rules: { denied: ['10.0.0.0/8'] }, may: false },
  { address: '::ffff:10.1.2.3', rules: { denied: ['10.0.0.0/8'] }, may: false },
  { address: '10.1.2.3', rules: { denied: ['10.0.0.0/8'], allowed: ['10.1.2.3'] }, may: true },
  { address: '127.0.0.1', rules: { allowed: ['127.0.0.0/8'] }, may: true },
];

for (const { address, may, loopback = false, rules = {} } of dialled) {
  test(`${address} ${may ? 'may' : 'may not'} be dialled${loopback ? ' where loopback was named' : ''} ${JSON.stringify(rules)}`, () => {
    assert.equal(createAddressGuard(rules).mayDial(address, loopback), may);
  });
}

const named: readonly (readonly [host: string, may: boolean])[] = [
  ['registry.example.com', true],
  ['10.0.0.1', true],
  ['169.254.169.254', false],
  ['2852039166', false],
  ['0xA9FEA9FE', false],
  ['0251.0376.0251.0376', false],
  ['169.254.43518', false],
  ['[::ffff:169.254.169.254]', false],
  ['[fd00:ec2::254]', false],
  ['127.1', false],
  ['2130706433', false],
  ['localhost', false],
  ['LOCALHOST.', false],
  ['a.localhost', false],
  ['metadata.google.internal', false],
  ['metadata.google.internal.', false],
];

for (const [host, may] of named) {
  test(`${host} ${may ? 'may' : 'may not'} be asked for`, () => {
    assert.equal(createAddressGuard({}).mayName(host, false), may);
  });
}
