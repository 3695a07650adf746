import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { logProposedRanges } from '../../src/compose/propose-ranges.ts';
import { createLog } from '../../src/observe/log.ts';
import { testConfig } from '../support/pullgate.ts';

type Interfaces = Parameters<typeof logProposedRanges>[3];

const netmask = { netmask: '', mac: '', cidr: null };
const interfaces: Interfaces = {
  lo: [{ address: '127.0.0.1', family: 'IPv4', internal: true, ...netmask }],
  eth0: [
    { address: '10.244.3.7', family: 'IPv4', internal: false, ...netmask },
    { address: 'fd00::7', family: 'IPv6', internal: false, scopeid: 0, ...netmask },
  ],
};

function logged(denyRanges: readonly string[], environment: Readonly<Record<string, string>>): string {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const config = testConfig({ network: { denyRanges } });
  logProposedRanges(createLog('info', destination), config, environment, interfaces);
  return lines.join('');
}

describe('logProposedRanges', () => {
  test('proposes the ranges around the API server and around this pod', () => {
    assert.match(
      logged([], { KUBERNETES_SERVICE_HOST: '10.96.0.1' }),
      /"proposed":\["10.96.0.0\/16","10.244.0.0\/16"\]/,
    );
  });

  test('says nothing if the operator denied ranges', () => {
    assert.equal(logged(['10.96.0.0/12'], { KUBERNETES_SERVICE_HOST: '10.96.0.1' }), '');
  });

  test('says nothing outside of a cluster', () => assert.equal(logged([], {}), ''));
});
