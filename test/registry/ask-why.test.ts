import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence, Failure } from '../../src/engine/answer.ts';
import { statusFailure } from '../../src/registry/classify.ts';
import { worstOfHosts } from '../../src/registry/worst-of-hosts.ts';
import { errorCode } from '../../src/registry/error-body.ts';
import { rateLimitOf } from '../../src/registry/network/rate-limit.ts';
import { redirectTarget } from '../../src/registry/redirect.ts';
import { retryAfterMs } from '../../src/registry/retry-after.ts';

const evidence: Evidence = { host: 'r.example.com', asked: 'manifest', method: 'HEAD' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const body = (code: unknown): Uint8Array => bytes(JSON.stringify({ errors: [{ code, message: 'secret words' }] }));

const codes: readonly (readonly [it: string, body: Uint8Array, code: string | undefined])[] = [
  ['a code of the specification', body('MANIFEST_UNKNOWN'), 'MANIFEST_UNKNOWN'],
  ['any case', body('denied'), 'DENIED'],
  ["no text of the registry's own", body('<b>call 555</b>'), undefined],
  ['no code that is no text', body(7), undefined],
  ['no HTML', bytes('<html>'), undefined],
  ['no list', bytes('[]'), undefined],
  ['nothing of null', bytes('null'), undefined],
  ['nothing of a prototype', bytes('{"__proto__":{"errors":[{"code":"DENIED"}]}}'), undefined],
  ['the first that is known', bytes('{"errors":[null,{"code":"X"},{"code":"DENIED"}]}'), 'DENIED'],
];

for (const [it, content, code] of codes) {
  test(`of an error body is kept: ${it}`, () => assert.equal(errorCode(content), code));
}

const statuses: readonly (readonly [status: number, code: string, kind: string])[] = [
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

for (const [status, code, kind] of statuses) {
  test(`${status} ${code} is ${kind}`, () => {
    const failure = statusFailure({ kind: 'response', status, headers: {}, body: body(code), cut: false }, evidence);
    assert.equal('reason' in failure ? `${failure.kind} ${failure.reason}` : failure.kind, kind);
  });
}

const notFound: Failure = { kind: 'not-found', evidence: { ...evidence, status: 404 } };
const refused: Failure = { kind: 'refused', reason: 'rejected', evidence: { ...evidence, status: 401 } };
const unanswered: Failure = { ...refused, reason: 'no-credentials' };
const down: Failure = { kind: 'unreachable', reason: 'connection-refused', evidence };
const busy: Failure = { kind: 'throttled', evidence: { ...evidence, status: 429 } };
const notAsked: Failure = { kind: 'not-asked', reason: 'loopback', host: 'localhost' };
const unsupported: Failure = { kind: 'unsupported', reason: 'too-large', evidence };

const combinations: readonly (readonly [it: string, failures: readonly Failure[], shown: Failure | undefined])[] = [
  ['nobody asked is nothing', [], undefined],
  ['a mirror in doubt leaves a 404 in doubt', [down, notFound], { ...notFound, otherHost: down }],
  ['an upstream in doubt too', [refused, down], { ...refused, otherHost: down }],
  ['a mirror that was not asked leaves a 404 in doubt', [notAsked, notFound], { ...notFound, otherHost: notAsked }],
  ['a status is shown before a connection that failed', [down, busy], busy],
  ['a status is shown before a 404', [notFound, busy], busy],
  ['a 404 is shown before nothing to answer a challenge with', [unanswered, notFound], notFound],
  ['the first of equals is shown', [{ ...down, reason: 'timeout' }, down], { ...down, reason: 'timeout' }],
  ['a refusal is shown before a 404', [notFound, refused], refused],
  ['too large is shown before a 404', [notFound, unsupported], unsupported],
];

for (const [it, failures, shown] of combinations) {
  test(`of several hosts' failures: ${it}`, () => assert.deepEqual(worstOfHosts(failures), shown));
}

const now = Date.parse('Wed, 21 Oct 2015 07:28:00 GMT');
const waits: readonly (readonly [value: string | undefined, ms: number | undefined])[] = [
  [undefined, undefined],
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000],
  ['Wed, 21 Oct 2015 07:00:00 GMT', 0],
  ['Wednesday, 21-Oct-15 07:28:30 GMT', 30_000],
  ['Wed Oct 21 07:28:30 2015', 30_000],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['99999999999999', undefined],
];

for (const [value, ms] of waits) {
  test(`Retry-After: ${value ?? '(none)'} is ${ms ?? 'nothing'}`, () => assert.equal(retryAfterMs(value, now), ms));
}

const redirects: readonly (readonly [status: number, location: string | undefined, target: string | undefined])[] = [
  [307, 'https://cdn.example.com/x', 'https://cdn.example.com/x'],
  [302, '/v2/y', 'https://r.example.com/v2/y'],
  [301, undefined, undefined],
  [304, '/v2/y', undefined],
  [307, 'http://r.example.com/x', 'refused'],
  [307, 'file:///etc/passwd', 'refused'],
  [307, 'https://u:p@cdn.example.com/', 'refused'],
  [307, 'https://[', 'refused'],
];

for (const [status, location, target] of redirects) {
  test(`${status} to ${location ?? 'nowhere'} leads to ${target ?? 'nowhere'}`, () => {
    const answer = redirectTarget(status, location, new URL('https://r.example.com/v2/x'));
    assert.equal(answer instanceof URL ? answer.href : answer, target);
  });
}

test('a quota is read as Docker Hub writes it', () => {
  const headers = {
    'ratelimit-limit': '100;w=21600',
    'ratelimit-remaining': '0;w=21600',
    'docker-ratelimit-source': '192.0.2.1',
  };
  assert.deepEqual(rateLimitOf(headers), { limit: 100, remaining: 0, source: '192.0.2.1' });
  assert.equal(rateLimitOf({ 'ratelimit-limit': 'many' }), undefined);
});
