import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { kindsIn } from './support/kinds-in.ts';

/** Nearly 1 MiB: the longest tags that a registry may have. */
const tags = ['v1', ...Array.from({ length: 7_900 }, (_, at) => `build-${at}-`.padEnd(128, 'x'))];

test('F96 a denied Pod that is created 100 times costs one list of tags', async () => {
  const list = { match: { path: '/tags/list' }, do: { status: 200, body: { name: 'team/app', tags } } };
  await using script = await startScript(publicRegistry({ rules: [list] }));
  await using pullgate = await startPullgate();
  const missing = deployment([script.substitute('{{registry}}/team/app:v1.1')]);
  for (let round = 0; round < 100; round += 1) {
    const answer = await pullgate.review(missing);
    assert.deepEqual([answer.allowed, kindsIn(answer)], [false, ['image-not-found']], answer.text);
    assert.match(answer.message, /use one that exists \(v1\)/);
  }
  const lists = script.log.filter(({ path }) => path.includes('/tags/list'));
  assert.equal(lists.length, 1);
  // The denial itself is never from the cache.
  assert.ok(script.log.filter(({ method }) => method === 'HEAD').length >= 100);
  await assertHealthy(pullgate);
});

test('F96 lists of tags that never arrive do not stop the checks of their repository', async () => {
  const list = { match: { path: '/tags/list' }, do: { hang: true } };
  await using script = await startScript(publicRegistry({ rules: [list] }));
  await using pullgate = await startPullgate({ client: { headersTimeout: '500ms' } });
  for (let round = 0; round < 6; round += 1) {
    const answer = await pullgate.review(deployment([script.substitute(`{{registry}}/team/app:v${round + 2}`)]));
    assert.deepEqual([answer.allowed, kindsIn(answer)], [false, ['image-not-found']], answer.text);
  }
  await assertHealthy(pullgate);
});
