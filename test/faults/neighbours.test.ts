import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBlackHole } from '../support/black-hole.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { bearerRegistry, publicRegistry, smallImage } from '../support/registries.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './healthy.ts';
import { goodSecret } from './secrets.ts';
import { told } from './told.ts';

const hasty = { client: { connectTimeout: '500ms', headersTimeout: '500ms' } } as const;

function imagesAt(host: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${host}/team/app:v${at}`);
}

/** A public registry of so many tags, `v0` and up. */
function tagged(count: number): RegistryScript {
  const { blobs, repository } = smallImage();
  const tags = Object.fromEntries(Array.from({ length: count }, (_, at) => [`v${at}`, 'manifest']));
  return publicRegistry({}, { blobs, repository: { ...repository, tags } });
}

test('F69 of 100 images of a dead registry and one of a good one, the good one is checked', async () => {
  await using hole = await startBlackHole();
  await using script = await startScript(publicRegistry());
  await using pullgate = await startPullgate(hasty);
  const dead = imagesAt(`127.0.0.1:${hole.port}`, 100);
  const good = script.substitute('{{registry}}/team/app');
  const found = await pullgate.review(deployment([`${good}:v1`, ...dead]));
  assert.deepEqual([found.status, found.allowed], [200, true], found.text);
  assert.deepEqual(new Set(told(found)), new Set(['registry-unreachable: timeout']));
  // Each image waited for in its turn would be 50 s.
  assert.ok(found.ms < 4_000, `${found.ms} ms`);
  const missing = await pullgate.review(deployment([...dead, `${good}:v9`]));
  assert.deepEqual([missing.allowed, told(missing)[0]], [false, 'image-not-found'], missing.text);
  assert.ok(missing.ms < 2_000, `${missing.ms} ms`);
  await assertHealthy(pullgate);
});

test('F69 while a dead registry is waited for, a good one answers as fast as before', async () => {
  const rounds = 60;
  await using hole = await startBlackHole();
  await using script = await startScript(tagged(2 * rounds));
  await using pullgate = await startPullgate({ client: { connectTimeout: '1s' } });
  const good = imagesAt(script.substitute('{{registry}}'), 2 * rounds);
  // The first review makes what all others share.
  await pullgate.review(deployment(good.slice(0, 1)));
  const alone = await slowest(pullgate, good.slice(1, rounds));
  const waiting = pullgate.review(deployment(imagesAt(`127.0.0.1:${hole.port}`, 100)));
  const beside = await slowest(pullgate, good.slice(rounds));
  const dead = await waiting;
  assert.deepEqual([dead.allowed, new Set(told(dead))], [true, new Set(['registry-unreachable: timeout'])]);
  // One wait for the dead registry's connection would be a second and more; the rest is room for a machine that is busy.
  assert.ok(beside < alone + 500, `${beside} ms beside, ${alone} ms alone`);
  await assertHealthy(pullgate);
});

/** The longest of the reviews of these images, one after the other, in ms; each must be found. */
async function slowest(pullgate: RunningPullgate, images: readonly string[]): Promise<number> {
  let longest = 0;
  for (const image of images) {
    const answer = await pullgate.review(deployment([image]));
    assert.deepEqual([answer.allowed, told(answer)], [true, []], answer.text);
    longest = Math.max(longest, answer.ms);
  }
  return longest;
}

test('F70 10,000 admissions of one image ask its registry once', async () => {
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
  assert.ok(performance.now() - startedAt < 60_000);
  // What was refused on the way there, a challenge and a form that the token service does not take, comes once as well.
  const answered = script.log.filter(({ status }) => status === 200).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(
    answered.map((line) => line.replace(/\?.*/, '')),
    ['GET /token', 'HEAD /v2/team/app/manifests/v1'],
  );
  assert.ok(script.log.length <= 6, JSON.stringify(script.log));
  await assertHealthy(pullgate);
});
