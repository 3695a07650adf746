import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createReviewReader, writeReview } from '../../src/webhook/admission-review.ts';
import type { Decision } from '../../src/webhook/review.ts';
import { allowed, reviewText } from './test-server.ts';

const read = createReviewReader();

const bodies: readonly { readonly it: string; readonly text: string; readonly expected: 'review' | RegExp }[] = [
  { it: 'reads a v1 review', text: reviewText(), expected: 'review' },
  { it: 'F3: reads a v1beta1 review', text: reviewText({}, 'admission.k8s.io/v1beta1'), expected: 'review' },
  {
    it: 'F12: reads a DELETE with a null object',
    text: reviewText({ operation: 'DELETE', object: null }),
    expected: 'review',
  },
  { it: 'allows unknown fields', text: reviewText({ somethingNew: {} }), expected: 'review' },
  {
    it: 'allows keys that are names of the object prototype',
    text: reviewText().replace('"uid"', '"__proto__":{"uid":"x"},"constructor":1,"uid"'),
    expected: 'review',
  },
  {
    it: 'F1: rejects a review without a uid',
    text: reviewText({ uid: undefined }),
    expected: /request: must have required property 'uid'/,
  },
  { it: 'F1: rejects an empty uid', text: reviewText({ uid: '' }), expected: /request\.uid: / },
  {
    it: 'does not read a uid from __proto__',
    text: reviewText({ uid: undefined }).replace('"kind":{', '"__proto__":{"uid":"x"},"kind":{'),
    expected: /required property 'uid'/,
  },
  {
    it: 'F2: rejects an unknown version',
    text: reviewText({}, 'admission.k8s.io/v2'),
    expected: /apiVersion must be one of/,
  },
  {
    it: 'rejects a review without a request',
    text: '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}',
    expected: /'request'/,
  },
  { it: 'rejects an unknown operation', text: reviewText({ operation: 'PATCH' }), expected: /request\.operation: / },
  { it: 'rejects a list as the object', text: reviewText({ object: [] }), expected: /request\.object: / },
  { it: 'rejects another kind', text: '{"apiVersion":"v1","kind":"Pod","request":{}}', expected: /kind: / },
  { it: 'rejects null', text: 'null', expected: /must be object/ },
  { it: 'rejects an incomplete body', text: reviewText().slice(0, -1), expected: /not JSON/ },
  { it: 'rejects an empty body', text: '', expected: /not JSON/ },
  { it: 'rejects very deep nesting without a stack overflow', text: '['.repeat(200_000), expected: /not JSON/ },
];

describe('the reader of AdmissionReviews', () => {
  for (const { it, text, expected } of bodies) {
    test(it, () => {
      const parsed = read(Buffer.from(text));
      if (parsed.kind === 'malformed') assert.match(parsed.reason, expected === 'review' ? /^$/ : expected);
      else assert.equal(parsed.kind, expected);
    });
  }
});

/** Returns the response to a valid request, parsed. */
function responseTo(
  decision: Decision,
  apiVersion: 'admission.k8s.io/v1' | 'admission.k8s.io/v1beta1' = 'admission.k8s.io/v1',
) {
  const parsed = read(Buffer.from(reviewText({}, apiVersion)));
  assert.equal(parsed.kind, 'review');
  return JSON.parse(writeReview(parsed.apiVersion, parsed.request, decision));
}

const answers: readonly { readonly it: string; readonly decision: Decision; readonly response: object }[] = [
  { it: 'allows a request with only the uid', decision: allowed, response: { uid: 'u1', allowed: true } },
  {
    it: 'denies a request with a code and a message',
    decision: { ...allowed, allowed: false, code: 422, message: 'no\nsuch image' },
    response: { uid: 'u1', allowed: false, status: { code: 422, reason: 'Forbidden', message: 'no\nsuch image' } },
  },
  {
    it: 'uses 403 if a denial has no code',
    decision: { ...allowed, allowed: false, message: 'no' },
    response: { uid: 'u1', allowed: false, status: { code: 403, reason: 'Forbidden', message: 'no' } },
  },
  {
    it: 'F24: removes control characters from warnings and keeps emojis',
    decision: { ...allowed, warnings: ['a\r\nb\u0000c\u009b🐳'] },
    response: { uid: 'u1', allowed: true, warnings: ['a b c 🐳'] },
  },
  {
    it: 'includes the audit annotations',
    decision: { ...allowed, auditAnnotations: { findings: '[]' } },
    response: { uid: 'u1', allowed: true, auditAnnotations: { findings: '[]' } },
  },
];

describe('the writer of AdmissionReviews', () => {
  for (const { it, decision, response } of answers) {
    test(it, () => assert.deepEqual(responseTo(decision).response, response));
  }

  test('F3: answers with the version of the request', () => {
    for (const version of ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'] as const) {
      const { apiVersion, kind } = responseTo(allowed, version);
      assert.deepEqual([apiVersion, kind], [version, 'AdmissionReview']);
    }
  });
});
