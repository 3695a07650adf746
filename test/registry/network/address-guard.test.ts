import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AddressRules, createAddressGuard } from '../../../src/registry/network/address-guard.ts';

interface Case {
  readonly address: string;
  readonly allowed: boolean;
  readonly loopback?: true;
  readonly rules?: AddressRules;
}

const addresses: readonly Case[] = [
  { address: '93.184.216.34', allowed: true },
  { address: '10.0.0.1', allowed: true },
  { address: '172.16.0.1', allowed: true },
  { address: '192.168.1.1', allowed: true },
  { address: '2606:2800:220:1::1', allowed: true },
  { address: 'fd12:3456::1', allowed: true },
  { address: '64:ff9b::5db8:d822', allowed: true },
  { address: '127.0.0.1', allowed: false },
  { address: '127.9.9.9', allowed: false },
  { address: '::1', allowed: false },
  { address: '127.0.0.1', loopback: true, allowed: true },
  { address: '::1', loopback: true, allowed: true },
  { address: '169.254.169.254', loopback: true, allowed: false },
  { address: '0.0.0.0', allowed: false },
  { address: '0.1.2.3', allowed: false },
  { address: '::', allowed: false },
  { address: '::', loopback: true, allowed: false },
  { address: '169.254.169.254', allowed: false },
  { address: '100.100.100.200', allowed: false },
  { address: '168.63.129.16', allowed: false },
  { address: 'fd00:ec2::254', allowed: false },
  { address: 'fd20:ce::254', allowed: false },
  { address: 'fd00:c1::a9fe:a9fe', allowed: false },
  { address: 'fd00:a9fe:a9fe::1', allowed: false },
  { address: 'fd00:42::42', allowed: false },
  { address: 'fe80::1', allowed: false },
  { address: 'fe80::1%eth0', allowed: false },
  { address: '224.0.0.1', allowed: false },
  { address: 'ff02::1', allowed: false },
  { address: '255.255.255.255', allowed: false },
  { address: '::ffff:169.254.169.254', allowed: false },
  { address: '::ffff:a9fe:a9fe', allowed: false },
  { address: '::ffff:0:a9fe:a9fe', allowed: false },
  { address: '::ffff:127.0.0.1', allowed: false },
  { address: '::169.254.169.254', allowed: false },
  { address: '::7f00:1', allowed: false },
  { address: '64:ff9b::169.254.169.254', allowed: false },
  { address: '64:ff9b:1::a9fe:a9fe', allowed: false },
  { address: '2002:a9fe:a9fe::1', allowed: false },
  { address: '2002:7f00:1::', allowed: false },
  { address: 'not an address', allowed: false },
  { address: '10.1.2.3', rules: { denied: ['10.0.0.0/8'] }, allowed: false },
  { address: '::ffff:10.1.2.3', rules: { denied: ['10.0.0.0/8'] }, allowed: false },
  { address: '10.1.2.3', rules: { denied: ['10.0.0.0/8'], allowed: ['10.1.2.3'] }, allowed: true },
  { address: '127.0.0.1', rules: { allowed: ['127.0.0.0/8'] }, allowed: true },
];

describe('mayDial', () => {
  for (const { address, allowed, loopback = false, rules } of addresses) {
    const withRules = rules === undefined ? '' : ` with the rules ${JSON.stringify(rules)}`;
    test(`${allowed ? 'allows' : 'denies'} ${address}${loopback ? ' if loopback is allowed' : ''}${withRules}`, () => {
      assert.equal(createAddressGuard(rules ?? {}).mayDial(address, loopback), allowed);
    });
  }
});

const hosts: readonly (readonly [host: string, allowed: boolean])[] = [
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
  ['metadata.tencentyun.com', false],
  ['api.metadata.cloud.ibm.com', false],
  ['metadata.exoscale.com', false],
  ['metadata', false],
  ['METADATA..', false],
  ['instance-data.ec2.internal', false],
  ['instance-data.eu-west-1.compute.internal', false],
  ['ip-10-0-0-1.eu-west-1.compute.internal', true],
  ['metadata.example.com', true],
  ['169.254.169.254.nip.io', true],
];

describe('mayName', () => {
  for (const [host, allowed] of hosts) {
    test(`${allowed ? 'allows' : 'denies'} ${host}`, () => {
      assert.equal(createAddressGuard({}).mayName(host, false), allowed);
    });
  }
});

const passing: readonly (readonly [host: string, allowed: boolean])[] = [
  ['registry.example.com', true],
  ['registry.10.0.0.5.nip.io', true],
  ['10-0-0-5.sslip.io', true],
  ['169.254.169.254.nip.io', false],
  ['x.169.254.169.254.nip.io.', false],
  ['169-254-169-254.sslip.io', false],
  ['APP-169-254-169-254-x.SSLIP.io', false],
  ['a9fea9fe.nip.io', false],
  ['app-A9FEA9FE.nip.io', false],
  ['app-a9fea9fe.azurecontainer.io', true],
  ['127.0.0.1.traefik.me', false],
  ['--1.sslip.io', false],
  ['fd00-ec2--254.sslip.io', false],
  ['--ffff-a9fe-a9fe.sslip.io', false],
  ['1-2-3-4-169-254-169-254.sslip.io', false],
  ['1169-254-169-2540.sslip.io', true],
];

describe('mayPass', () => {
  for (const [host, allowed] of passing) {
    test(`${allowed ? 'allows' : 'denies'} ${host}`, () => {
      assert.equal(createAddressGuard({}).mayPass(host), allowed);
    });
  }

  test('denies a name that spells an address which the operator denies', () => {
    assert.equal(createAddressGuard({ denied: ['10.96.0.0/12'] }).mayPass('10-96-0-1.nip.io'), false);
  });
});
