import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { objectOf, type JsonObject } from '../../src/lib/json.ts';
import { bodyLimit } from '../../src/webhook/listener.ts';
import { deployment, pod } from '../support/pods.ts';
import { reviewText, startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { sentence } from '../support/scripted-registry/exchange.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './healthy.ts';
import { until } from './until.ts';

/** An answer to what needs no registry, in ms. */
const atOnceMs = 1_000;

/** An AdmissionReview with fields of it and of its request replaced; undefined takes one out. */
function bent(review: JsonObject, request: JsonObject = {}): string {
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
  { it: 'F1 no uid is refused', body: bent({}, { uid: undefined }), status: 400 },
  { it: 'F1 an empty uid is refused', body: bent({}, { uid: '' }), status: 400 },
  { it: 'F2 a version to come is refused', body: bent({ apiVersion: 'admission.k8s.io/v2' }), status: 400 },
  { it: 'F2 another kind is refused', body: bent({ kind: 'ConversionReview' }), status: 400 },
  { it: 'F4 text is refused', body: bent({}), headers: { 'Content-Type': 'text/plain' }, status: 415 },
  { it: 'F4 YAML is refused', body: bent({}), headers: { 'Content-Type': 'application/yaml' }, status: 415 },
  { it: 'F4 no Content-Type is refused', body: bent({}), headers: {}, status: 415 },
  { it: 'F5 a byte over 8 MiB is refused', body: tooLong, status: 413 },
  {
    it: 'F5 and so it is in chunks',
    body: tooLong,
    headers: { ...json, 'Transfer-Encoding': 'chunked' },
    status: 413,
  },
];

describe('what is no review', () => {
  for (const { it, body, headers = json, status } of misuses) {
    test(it, async () => {
      await using pullgate = await startPullgate();
      const answer = await pullgate.send('/validate?timeout=10s', body, headers);
      assert.equal(answer.status, status, answer.text);
      assert.ok(answer.ms < atOnceMs, `${answer.ms} ms`);
      await assertHealthy(pullgate);
    });
  }
});

test('F3 v1beta1 is answered as v1beta1', async () => {
  await using pullgate = await startPullgate();
  const apiVersion = 'admission.k8s.io/v1beta1';
  const answer = await pullgate.send('/validate?timeout=10s', bent({ apiVersion }, { object: pod(['Bad Name']) }));
  assert.deepEqual([answer.status, answer.allowed, answer.kinds], [200, false, ['invalid-image-name']]);
  assert.equal(objectOf(JSON.parse(answer.text))['apiVersion'], apiVersion);
  await assertHealthy(pullgate);
});

test('F5 8 MiB to the byte are taken', async () => {
  await using pullgate = await startPullgate();
  const answer = await pullgate.send('/validate?timeout=10s', tooLong.slice(0, bodyLimit));
  assert.equal(answer.status, 200);
  await assertHealthy(pullgate);
});

/** A registry with one image, and a webhook before it. */
async function stage(settings: JsonObject = {}, registry = publicRegistry()) {
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

test('F9 a timeout of 1 s is kept although the registry takes 5 s', async () => {
  const slow = publicRegistry({ rules: [{ do: { serve: true, delaySeconds: 5 } }] });
  await using on = await stage({}, slow);
  const answer = await on.pullgate.review(deployment([on.good, 'Bad Name']), { query: '?timeout=1s' });
  assert.deepEqual([answer.allowed, answer.kinds.toSorted()], [false, ['invalid-image-name', 'not-checked']]);
  assert.ok(answer.ms < 1_000, `${answer.ms} ms`);
  await assertHealthy(on.pullgate);
});

test('F11 a dry run is judged alike and leaves no trace', async () => {
  await using on = await stage({ events: true, recheck: true }, publicRegistry({ listen: 'closed' }));
  const { pullgate, good } = on;
  const object = { ...deployment([good]), metadata: { name: 'web', uid: 'u1' } };
  const dry = await pullgate.review(object, { dryRun: true });
  const wet = await pullgate.review(object);
  assert.deepEqual([dry.allowed, dry.kinds], [true, ['registry-unreachable']]);
  assert.deepEqual([wet.allowed, wet.kinds], [dry.allowed, dry.kinds]);
  const writes = () => pullgate.api.requests.filter((request) => request.startsWith('POST'));
  await until('an Event is written', () => writes().length > 0);
  await assertHealthy(pullgate);
  assert.equal(writes().length, 1, 'an Event of the real run alone');
});

test('F12 DELETE with a null object is allowed in silence', async () => {
  await using on = await stage();
  const answer = await on.pullgate.send(
    '/validate?timeout=10s',
    bent({}, { operation: 'DELETE', object: null, oldObject: pod([on.missing]) }),
  );
  assert.deepEqual([answer.allowed, answer.kinds, answer.warnings], [true, [], []]);
  assert.ok(answer.ms < atOnceMs);
  assert.deepEqual(on.script.log, []);
  await assertHealthy(on.pullgate);
});

test('F13 replicas may change while the registry is down', async () => {
  await using on = await stage({}, publicRegistry({ listen: 'silent' }));
  const oldObject = deployment([on.good, on.missing]);
  const object = { ...oldObject, spec: { ...objectOf(oldObject['spec']), replicas: 0 } };
  const answer = await on.pullgate.review(object, { operation: 'UPDATE', oldObject });
  assert.deepEqual([answer.allowed, answer.kinds, answer.warnings], [true, [], []]);
  assert.ok(answer.ms < atOnceMs);
  assert.deepEqual(on.script.log, [], 'nobody was asked');
  await assertHealthy(on.pullgate);
});

test('F14 of two images only the changed one is asked for', async () => {
  await using on = await stage();
  const { pullgate, good, missing } = on;
  const mended = await pullgate.review(deployment([missing, good]), {
    operation: 'UPDATE',
    oldObject: deployment([missing, 'other:1']),
  });
  assert.deepEqual([mended.allowed, mended.kinds], [true, []]);
  assert.deepEqual(on.script.log.filter(({ method }) => method === 'HEAD').map(sentence), [
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

test('F19 every malformed reference is told as such, in one answer and in one of its own', async () => {
  await using pullgate = await startPullgate();
  const malformed = vectors.cases.flatMap(({ image, error }) => (error === undefined ? [] : image));
  assert.ok(malformed.length > 20);
  const together = await pullgate.review(deployment(malformed));
  assert.equal(together.allowed, false);
  assert.deepEqual(new Set(together.kinds), new Set(['invalid-image-name']));
  for (const image of malformed) {
    const { allowed, kinds, ms } = await pullgate.review(deployment([image]));
    assert.deepEqual([allowed, kinds], [false, ['invalid-image-name']], JSON.stringify(image));
    assert.ok(ms < atOnceMs);
  }
  await assertHealthy(pullgate);
});

/** Where the API server cuts a warning when all of them are over 4,096. */
const cutAt = 256;

const strange = ['no\nnew\r\nline', 'em🐳ji:🦭', `${'x'.repeat(5_000)}:UP CASE`, '\u0000\u001b[31mred\u2028'];

test('F24 a warning of strange images stays within what the API server passes on', async () => {
  await using pullgate = await startPullgate({ profile: 'audit' });
  for (const images of [strange, ...strange.map((image) => [image])]) {
    const { allowed, warnings, kinds } = await pullgate.review(deployment(images));
    assert.deepEqual([allowed, new Set(kinds)], [true, new Set(['invalid-image-name'])]);
    assert.ok(warnings.length > 0);
    assert.ok(warnings.join('').length <= 4_096, `${warnings.join('').length} in all`);
    for (const warning of warnings) assert.doesNotMatch(warning, /[\p{Cc}\u2028\u2029]|\p{Cs}/u);
    for (const warning of warnings) assert.match(warning.slice(0, cutAt), /is not an image reference/);
  }
  await assertHealthy(pullgate);
});
