import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Evidence, Failure } from '../../src/engine/answer.ts';
import { worstOfHosts } from '../../src/registry/worst-of-hosts.ts';

const evidence: Evidence = { host: 'r.example.com', asked: 'manifest', method: 'HEAD' };
const notFound: Failure = { kind: 'not-found', evidence: { ...evidence, status: 404 } };
const rejected: Failure = { kind: 'refused', reason: 'rejected', evidence: { ...evidence, status: 401 } };
const noCredentials: Failure = { ...rejected, reason: 'no-credentials' };
const down: Failure = { kind: 'unreachable', reason: 'connection-refused', evidence };
const timeout: Failure = { ...down, reason: 'timeout' };
const throttled: Failure = { kind: 'throttled', evidence: { ...evidence, status: 429 } };
const notAsked: Failure = { kind: 'not-asked', reason: 'loopback', host: 'localhost' };
const tooLarge: Failure = { kind: 'unsupported', reason: 'too-large', evidence };

const cases: readonly (readonly [name: string, failures: readonly Failure[], result: Failure | undefined])[] = [
  ['returns undefined for no failures', [], undefined],
  ['marks a 404 if the mirror is inconclusive', [down, notFound], { ...notFound, otherHost: down }],
  ['marks a refusal if the registry is inconclusive', [rejected, down], { ...rejected, otherHost: down }],
  ['marks a 404 if a mirror was not contacted', [notAsked, notFound], { ...notFound, otherHost: notAsked }],
  ['prefers a status to a failed connection', [down, throttled], throttled],
  ['prefers another status to a 404', [notFound, throttled], throttled],
  ['prefers a 404 to a challenge without a credential for it', [noCredentials, notFound], notFound],
  ['prefers the first of equals', [timeout, down], timeout],
  ['prefers a refusal to a 404', [notFound, rejected], rejected],
  ['prefers a manifest that is too large to a 404', [notFound, tooLarge], tooLarge],
];

describe('worstOfHosts', () => {
  for (const [name, failures, result] of cases) {
    test(name, () => assert.deepEqual(worstOfHosts(failures), result));
  }
});
