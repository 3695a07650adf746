import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReviewReader, writeReview } from '../../src/webhook/admission-review.ts';
import type { Decision } from '../../src/webhook/review.ts';
import { allowed, reviewText } from './stand.ts';

const read = createReviewReader();

const readings: readonly { readonly it: string; readonly text: string; readonly is: 'review' | RegExp }[] = [
  { it: 'reads a v1 review', text: reviewText(), is: 'review' },
  { it: 'F3: reads a v1beta1 review', text: reviewText({}, 'admission.k8s.io/v1beta1'), is: 'review' },
  {
    it: 'F12: reads a DELETE with a null object',
    text: reviewText({ operation: 'DELETE', object: null }),
    is: 'review',
  },
  { it: 'lets unknown fields pass', text: reviewText({ somethingNew: {} }), is: 'review' },
  {
    it: 'does not trip over prototype keys',
    text: reviewText().replace('"uid"', '"__proto__":{"uid":"x"},"constructor":1,"uid"'),
    is: 'review',
  },
  {
    it: 'F1: refuses a review without a uid',
    text: reviewText({ uid: undefined }),
    is: /request: must have required property 'uid'/,
  },
  { it: 'F1: refuses an empty uid', text: reviewText({ uid: '' }), is: /request\.uid: / },
  {
    it: 'does not take a uid from a prototype',
    text: reviewText({ uid: undefined }).replace('"kind":{', '"__proto__":{"uid":"x"},"kind":{'),
    is: /required property 'uid'/,
  },
  { it: 'F2: refuses an unknown version', text: reviewText({}, 'admission.k8s.io/v2'), is: /apiVersion is none of/ },
  {
    it: 'refuses a review without a request',
    text: '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}',
    is: /'request'/,
  },
  { it: 'refuses an unknown operation', text: reviewText({ operation: 'PATCH' }), is: /request\.operation: / },
  { it: 'refuses an object that is none', text: reviewText({ object: [] }), is: /request\.object: / },
  { it: 'refuses another kind', text: '{"apiVersion":"v1","kind":"Pod","request":{}}', is: /kind: / },
  { it: 'refuses null', text: 'null', is: /must be object/ },
  { it: 'refuses a body that broke off', text: reviewText().slice(0, -1), is: /not JSON/ },
  { it: 'refuses an empty body', text: '', is: /not JSON/ },
  { it: 'refuses depth without falling over', text: '['.repeat(200_000), is: /not JSON/ },
];

for (const { it, text, is } of readings) {
  test(it, () => {
    const reading = read(Buffer.from(text));
    if (reading.kind === 'malformed') assert.match(reading.reason, is === 'review' ? /^$/ : is);
    else assert.equal(reading.kind, is);
  });
}

function written(
  decision: Decision,
  apiVersion: 'admission.k8s.io/v1' | 'admission.k8s.io/v1beta1' = 'admission.k8s.io/v1',
) {
  const reading = read(Buffer.from(reviewText({}, apiVersion)));
  assert.equal(reading.kind, 'review');
  return JSON.parse(writeReview(reading.apiVersion, reading.request, decision));
}

const answers: readonly { readonly it: string; readonly decision: Decision; readonly response: object }[] = [
  { it: 'allows with nothing but the uid', decision: allowed, response: { uid: 'u1', allowed: true } },
  {
    it: 'denies with a code and a message',
    decision: { ...allowed, allowed: false, code: 422, message: 'no\nsuch image' },
    response: { uid: 'u1', allowed: false, status: { code: 422, reason: 'Forbidden', message: 'no\nsuch image' } },
  },
  {
    it: 'says 403 where a denial has no code',
    decision: { ...allowed, allowed: false, message: 'no' },
    response: { uid: 'u1', allowed: false, status: { code: 403, reason: 'Forbidden', message: 'no' } },
  },
  {
    it: 'F24: leaves no control character in a warning, and every emoji',
    decision: { ...allowed, warnings: ['a\r\nb\u0000c\u009b🐳'] },
    response: { uid: 'u1', allowed: true, warnings: ['a b c 🐳'] },
  },
  {
    it: 'passes audit annotations on',
    decision: { ...allowed, auditAnnotations: { findings: '[]' } },
    response: { uid: 'u1', allowed: true, auditAnnotations: { findings: '[]' } },
  },
];

for (const { it, decision, response } of answers) {
  test(it, () => assert.deepEqual(written(decision).response, response));
}

test('F3: answers in the version that was sent', () => {
  for (const version of ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'] as const) {
    const { apiVersion, kind } = written(allowed, version);
    assert.deepEqual([apiVersion, kind], [version, 'AdmissionReview']);
  }
});
