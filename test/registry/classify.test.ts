import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Evidence } from '../../src/engine/answer.ts';
import { statusFailure } from '../../src/registry/classify.ts';

const evidence: Evidence = { host: 'r.example.com', asked: 'manifest', method: 'HEAD' };

const cases: readonly (readonly [status: number, code: string, kind: string])[] = [
  [301, '', 'unreachable protocol'],
  [400, '', 'unreachable protocol'],
  [400, 'DENIED', 'refused no-permission'],
  [400, 'TOOMANYREQUESTS', 'throttled'],
  [401, '', 'refused no-permission'],
  [403, 'DENIED', 'refused no-permission'],
  [403, 'TOOMANYREQUESTS', 'throttled'],
  [404, 'NAME_UNKNOWN', 'not-found'],
  [404, 'TOOMANYREQUESTS', 'throttled'],
  [406, '', 'unreachable protocol'],
  [408, '', 'unreachable timeout'],
  [410, '', 'not-found'],
  [412, '', 'refused no-permission'],
  [418, '', 'unreachable protocol'],
  [429, '', 'throttled'],
  [500, '', 'unreachable server-error'],
  [501, '', 'unreachable server-error'],
  [503, 'DENIED', 'unreachable server-error'],
];

describe('statusFailure', () => {
  for (const [status, code, kind] of cases) {
    test(`${status} ${code === '' ? 'without a code' : `with the code ${code}`}: ${kind}`, () => {
      const body = new TextEncoder().encode(JSON.stringify({ errors: [{ code }] }));
      const failure = statusFailure({ kind: 'response', status, headers: {}, body, cut: false }, evidence);
      assert.equal('reason' in failure ? `${failure.kind} ${failure.reason}` : failure.kind, kind);
    });
  }
});
