import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { objectOf, type JsonObject } from '../../src/lib/json.ts';
import { bodyLimit } from '../../src/webhook/memory.ts';
import { deployment, pod } from '../support/pods.ts';
import { reviewText } from '../support/admission-client.ts';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { sentence } from '../support/scripted-registry/exchange.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { until } from './support/until.ts';
import { stretched } from '../support/stretched.ts';

/** Time limit for an answer without a registry request, in ms. */
const localLimitMs = 1_000;

/** An AdmissionReview with changed fields of the review and of its request. Undefined removes a field. */
function reviewWith(review: JsonObject, request: JsonObject = {}): string {
  const whole = objectOf(JSON.parse(reviewText(pod(['a:1']))));
  return JSON.stringify({ ...whole, ...review, request: { ...objectOf(whole['request']), ...request } });
}

interface Misuse {
  readonly it: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
}

const json = { 'Content-Type': 'application/json' };
const tooLong = reviewText(pod(['a:1'])).padEnd(bodyLimit + 1);
const misuses: readonly Misuse[] = [
  { it: 'F1 a review without a uid is rejected', body: reviewWith({}, { uid: undefined }), status: 400 },
  { it: 'F1 a review with an empty uid is rejected', body: reviewWith({}, { uid: '' }), status: 400 },
  { it: 'F2 an unknown version is rejected', body: reviewWith({ apiVersion: 'admission.k8s.io/v2' }), status: 400 },
  { it: 'F2 another kind is rejected', body: reviewWith({ kind: 'ConversionReview' }), status: 400 },
  { it: 'F4 plain text is rejected', body: reviewWith({}), headers: { 'Content-Type': 'text/plain' }, status: 415 },
  { it: 'F4 YAML is rejected', body: reviewWith({}), headers: { 'Content-Type': 'application/yaml' }, status: 415 },
  { it: 'F4 a body without Content-Type is rejected', body: reviewWith({}), headers: {}, status: 415 },
  { it: 'F5 a body of 28 MiB and one byte is rejected', body: tooLong, status: 413 },
  {
    it: 'F5 a chunked body of 28 MiB and one byte is rejected',
    body: tooLong,
    headers: { ...json, 'Transfer-Encoding': 'chunked' },
    status: 413,
  },
];

describe('an invalid review', () => {
  for (const { it, body, headers = json, status } of misuses) {
    test(it, async () => {
      await using pullgate = await startPullgate();
      const answer = await pullgate.send('/validate?timeout=10s', body, headers);
      assert.equal(answer.status, status, answer.text);
      assert.ok(answer.ms < stretched(localLimitMs), `${answer.ms} ms`);
      await assertHealthy(pullgate);
    });
  }
});

test('F3 a v1beta1 review gets a v1beta1 answer', async () => {
  await using pullgate = await startPullgate();
  const apiVersion = 'admission.k8s.io/v1beta1';
  const answer = await pullgate.send(
    '/validate?timeout=10s',
    reviewWith({ apiVersion }, { object: pod(['Bad Name']) }),
  );
  assert.deepEqual([answer.status, answer.allowed, answer.kinds], [200, false, ['invalid-image-name']]);
  assert.equal(objectOf(JSON.parse(answer.text))['apiVersion'], apiVersion);
  await assertHealthy(pullgate);
});

test('F5 a body of exactly 28 MiB is accepted', async () => {
  await using pullgate = await startPullgate();
  const answer = await pullgate.send('/validate?timeout=10s', tooLong.slice(0, bodyLimit));
  assert.equal(answer.status, 200);
  await assertHealthy(pullgate);
});

/** Starts a registry with one image, and a webhook. */
async function start(settings: JsonObject = {}, registry = publicRegistry()) {
  const stack = new AsyncDisposableStack();
  const script: RunningScript = stack.use(await startScript(registry));
  const pullgate: RunningPullgate = stack.use(await startPullgate(settings));
  const host = script.symbols['registry'] ?? '';
  return {
    script,
    pullgate,
    good: `${host}/team/app:v1`,
    missing: `${host}/team/app:v9`,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('F9 a timeout of 1 s is kept if the registry takes 5 s', async () => {
  const slow = publicRegistry({ rules: [{ do: { serve: true, delaySeconds: 5 } }] });
  await using running = await start({}, slow);
  const answer = await running.pullgate.review(deployment([running.good, 'Bad Name']), { query: '?timeout=1s' });
  assert.deepEqual([answer.allowed, answer.kinds.toSorted()], [false, ['invalid-image-name', 'not-checked']]);
  assert.ok(answer.ms < stretched(1_000), `${answer.ms} ms`);
  await assertHealthy(running.pullgate);
});

test('F11 a dry run gets the same verdict, but writes no Event', async () => {
  await using running = await start({ events: true, recheck: true }, publicRegistry({ listen: 'closed' }));
  const { pullgate, good } = running;
  const object = { ...deployment([good]), metadata: { name: 'web', uid: 'u1' } };
  const dry = await pullgate.review(object, { dryRun: true });
  const real = await pullgate.review(object);
  assert.deepEqual([dry.allowed, dry.kinds], [true, ['registry-unreachable']]);
  assert.deepEqual([real.allowed, real.kinds], [dry.allowed, dry.kinds]);
  const writes = () => pullgate.api.requests.filter((request) => request.startsWith('POST'));
  await until('an Event is written', () => writes().length > 0);
  await assertHealthy(pullgate);
  assert.equal(writes().length, 1, 'only the real run writes an Event');
});

test('F12 a DELETE with a null object is allowed without warnings', async () => {
  await using running = await start();
  const answer = await running.pullgate.send(
    '/validate?timeout=10s',
    reviewWith({}, { operation: 'DELETE', object: null, oldObject: pod([running.missing]) }),
  );
  assert.deepEqual([answer.allowed, answer.kinds, answer.warnings], [true, [], []]);
  assert.ok(answer.ms < stretched(localLimitMs));
  assert.deepEqual(running.script.log, []);
  await assertHealthy(running.pullgate);
});

test('F13 replicas can change while the registry is down', async () => {
  await using running = await start({}, publicRegistry({ listen: 'silent' }));
  const oldObject = deployment([running.good, running.missing]);
  const object = { ...oldObject, spec: { ...objectOf(oldObject['spec']), replicas: 0 } };
  const answer = await running.pullgate.review(object, { operation: 'UPDATE', oldObject });
  assert.deepEqual([answer.allowed, answer.kinds, answer.warnings], [true, [], []]);
  assert.ok(answer.ms < stretched(localLimitMs));
  assert.deepEqual(running.script.log, [], 'there was no registry request');
  await assertHealthy(running.pullgate);
});

test('F14 only the changed one of two images is checked', async () => {
  await using running = await start();
  const { pullgate, good, missing } = running;
  const fixed = await pullgate.review(deployment([missing, good]), {
    operation: 'UPDATE',
    oldObject: deployment([missing, 'other:1']),
  });
  assert.deepEqual([fixed.allowed, fixed.kinds], [true, []]);
  assert.deepEqual(running.script.log.filter(({ method }) => method === 'HEAD').map(sentence), [
    'HEAD /v2/team/app/manifests/v1 200',
  ]);
  const broken = await pullgate.review(deployment([good, missing]), {
    operation: 'UPDATE',
    oldObject: deployment([good, good]),
  });
  assert.deepEqual([broken.allowed, broken.kinds], [false, ['image-not-found']]);
  await assertHealthy(pullgate);
});

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/image-references.json'), 'utf8')) as {
  readonly cases: readonly { readonly image: string; readonly error?: string }[];
};

test('F19 every malformed reference is reported, together with others and alone', async () => {
  await using pullgate = await startPullgate();
  const malformed = vectors.cases.flatMap(({ image, error }) => (error === undefined ? [] : image));
  assert.ok(malformed.length > 20);
  const together = await pullgate.review(deployment(malformed));
  assert.equal(together.allowed, false);
  assert.deepEqual(new Set(together.kinds), new Set(['invalid-image-name']));
  for (const image of malformed) {
    const { allowed, kinds, ms } = await pullgate.review(deployment([image]));
    assert.deepEqual([allowed, kinds], [false, ['invalid-image-name']], JSON.stringify(image));
    assert.ok(ms < localLimitMs);
  }
  await assertHealthy(pullgate);
});

/** The API server truncates each warning to this length if all warnings together are longer than 4,096 characters. */
const truncatedLength = 256;

const strange = ['no\nnew\r\nline', 'em🐳ji:🦭', `${'x'.repeat(5_000)}:UP CASE`, '\u0000\u001b[31mred\u2028'];

test('F24 warnings about strange images stay within the limits of the API server', async () => {
  await using pullgate = await startPullgate({ profile: 'audit' });
  for (const images of [strange, ...strange.map((image) => [image])]) {
    const { allowed, warnings, kinds } = await pullgate.review(deployment(images));
    assert.deepEqual([allowed, new Set(kinds)], [true, new Set(['invalid-image-name'])]);
    assert.ok(warnings.length > 0);
    assert.ok(warnings.join('').length <= 4_096, `${warnings.join('').length} characters`);
    for (const warning of warnings) assert.doesNotMatch(warning, /[\p{Cc}\u2028\u2029]|\p{Cs}/u);
    for (const warning of warnings) assert.match(warning.slice(0, truncatedLength), /is not an image reference/);
  }
  await assertHealthy(pullgate);
});
