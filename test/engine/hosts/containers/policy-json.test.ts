import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { policyDecision, readPolicyJson } from '../../../../src/engine/hosts/containers/policy-json.ts';
import { parseCanonicalName } from '../../../../src/engine/hosts/containers/reference.ts';

const accept = [{ type: 'insecureAcceptAnything' }];
const reject = [{ type: 'reject' }];
const signed = [{ type: 'signedBy', keyType: 'GPGKeys', keyPath: '/key' }];

const policy = {
  default: reject,
  transports: {
    docker: {
      'quay.io': accept,
      'quay.io/team': signed,
      'quay.io/team/app:2': reject,
      '*.example.com': accept,
      'docker.io/library': [...signed, ...reject],
    },
  },
};

const decisions = [
  { it: 'the default counts for other registries', image: 'ghcr.io/app:1', expected: 'reject' },
  { it: 'a host covers its images', image: 'quay.io/other/app:1', expected: 'accept' },
  { it: 'the longest scope counts', image: 'quay.io/team/app:1', expected: 'signature' },
  { it: 'a single image is the longest scope', image: 'quay.io/team/app:2', expected: 'reject' },
  { it: 'a wildcard covers subdomains, whatever the port', image: 'a.b.example.com:5000/app:1', expected: 'accept' },
  { it: 'all requirements of a list must be met', image: 'docker.io/library/app:1', expected: 'reject' },
];

const faults = [
  { it: 'an empty file', text: '', reason: 'the file is not JSON' },
  { it: 'a missing default', text: '{}', reason: 'default is missing' },
  { it: 'an empty list', text: '{"default":[]}', reason: 'default is not a list of valid requirements' },
  {
    it: 'an unknown field',
    text: '{"default":[{"type":"reject"}],"transport":{}}',
    reason: 'it must be an object with default and transports only, each at most once',
  },
  {
    it: 'a scope that occurs twice',
    text: '{"default":[{"type":"reject"}],"transports":{"docker":{"a":[{"type":"reject"}],"a":[{"type":"reject"}]}}}',
    reason: 'in the transport "docker", there is no object, or a scope is there twice',
  },
];

describe('policyDecision', () => {
  for (const { it, image, expected } of decisions) {
    test(it, () => {
      const read = readPolicyJson(JSON.stringify(policy));
      const reference = parseCanonicalName(image);
      assert(read.kind === 'policy' && reference !== undefined);
      assert.equal(policyDecision(read.policy, reference), expected);
    });
  }
});

describe('readPolicyJson refuses', () => {
  for (const { it, text, reason } of faults) {
    test(it, () => assert.deepEqual(readPolicyJson(text), { kind: 'invalid', reason }));
  }
});
