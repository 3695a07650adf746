import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBlackHole } from '../support/black-hole.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { bearerRegistry, publicRegistry, smallImage } from '../support/registries.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { goodSecret } from './support/secrets.ts';
import { kindsIn } from './support/kinds-in.ts';
import { stretched } from '../support/stretched.ts';

const shortTimeouts = { client: { connectTimeout: '500ms', headersTimeout: '500ms' } } as const;

function imagesAt(host: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${host}/team/app:v${at}`);
}

/** A public registry with `count` tags: v0, v1, … */
function tagged(count: number): RegistryScript {
  const { blobs, repository } = smallImage();
  const tags = Object.fromEntries(Array.from({ length: count }, (_, at) => [`v${at}`, 'manifest']));
  return publicRegistry({}, { blobs, repository: { ...repository, tags } });
}

test('F69 an image of a good registry is checked, next to 100 images of a dead registry', async () => {
  await using hole = await startBlackHole();
  await using script = await startScript(publicRegistry());
  await using pullgate = await startPullgate(shortTimeouts);
  const dead = imagesAt(`127.0.0.1:${hole.port}`, 100);
  const good = script.substitute('{{registry}}/team/app');
  const found = await pullgate.review(deployment([`${good}:v1`, ...dead]));
  assert.deepEqual([found.status, found.allowed], [200, true], found.text);
  assert.deepEqual(new Set(kindsIn(found)), new Set(['registry-unreachable: timeout']));
  // One wait per image would take 50 s.
  assert.ok(found.ms < stretched(4_000), `${found.ms} ms`);
  const missing = await pullgate.review(deployment([...dead, `${good}:v9`]));
  assert.deepEqual([missing.allowed, kindsIn(missing)[0]], [false, 'image-not-found'], missing.text);
  assert.ok(missing.ms < stretched(2_000), `${missing.ms} ms`);
  await assertHealthy(pullgate);
});

test('F69 a good registry is as fast as before while a dead registry times out', async () => {
  const rounds = 60;
  await using hole = await startBlackHole();
  await using script = await startScript(tagged(2 * rounds));
  await using pullgate = await startPullgate({ client: { connectTimeout: '1s' } });
  const good = imagesAt(script.substitute('{{registry}}'), 2 * rounds);
  // The first review opens the connections.
  await pullgate.review(deployment(good.slice(0, 1)));
  const alone = await slowest(pullgate, good.slice(1, rounds));
  const waiting = pullgate.review(deployment(imagesAt(`127.0.0.1:${hole.port}`, 100)));
  const during = await slowest(pullgate, good.slice(rounds));
  const dead = await waiting;
  assert.deepEqual([dead.allowed, new Set(kindsIn(dead))], [true, new Set(['registry-unreachable: timeout'])]);
  // A wait for the dead registry would add 1 s or more. The 500 ms are for a busy machine.
  assert.ok(during < alone + 500, `${during} ms during, ${alone} ms alone`);
  await assertHealthy(pullgate);
});

/** Reviews each of these images and returns the longest time, in ms. Fails if an image is not found. */
async function slowest(pullgate: RunningPullgate, images: readonly string[]): Promise<number> {
  let longest = 0;
  for (const image of images) {
    const answer = await pullgate.review(deployment([image]));
    assert.deepEqual([answer.allowed, kindsIn(answer)], [true, []], answer.text);
    longest = Math.max(longest, answer.ms);
  }
  return longest;
}

test('F70 10,000 admissions of one image send one request to its registry', async () => {
  await using script = await startScript(bearerRegistry());
  await using pullgate = await startPullgate();
  const host = script.substitute('{{registry}}');
  pullgate.api.put('team', 'secrets', { ...goodSecret(host), metadata: { name: 's' } });
  const object = deployment([`${host}/team/app:v1`], { imagePullSecrets: [{ name: 's' }] });
  let left = 10_000;

  async function client(): Promise<void> {
    while (left > 0) {
      left -= 1;
      const answer = await pullgate.review(object);
      assert.deepEqual([answer.status, answer.allowed, answer.kinds], [200, true, []], answer.text);
    }
  }

  const startedAt = performance.now();
  await Promise.all(Array.from({ length: 32 }, client));
  assert.ok(performance.now() - startedAt < stretched(60_000));
  // There are also two refused requests: the one that gets a challenge, and the POST to the token endpoint.
  const successful = script.log.filter(({ status }) => status === 200).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(
    successful.map((line) => line.replace(/\?.*/, '')),
    ['GET /token', 'HEAD /v2/team/app/manifests/v1'],
  );
  assert.ok(script.log.length <= 6, JSON.stringify(script.log));
  await assertHealthy(pullgate);
});
