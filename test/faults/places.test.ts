import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicRegistry } from '../support/registries.ts';
import type { Rule } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { stretched } from '../support/stretched.ts';
import { assertHealthy } from './support/healthy.ts';
import { kindsIn } from './support/kinds-in.ts';
import { repositories, startForTenants, tenant } from './support/tenants.ts';
import { until } from './support/until.ts';

const strict = { profile: 'strict' };

function badPath(reply: Rule['do']): Rule {
  return { match: { path: '/bad/' }, do: reply };
}

test('F92 256 dry runs of images that never arrive take no place from a good image', async () => {
  await using script = await startScript(publicRegistry({ rules: [badPath({ hang: true })] }));
  await using pullgate = await startForTenants({ ...strict, deadline: '30s', client: { headersTimeout: '60s' } });
  const host = script.substitute('{{registry}}');
  const attacker = tenant(pullgate, 'bad');
  const images = repositories(host, 'bad', 256);
  let over = 0;
  void Promise.allSettled(images.map((image) => attacker.review([image], true).finally(() => (over += 1))));
  await until('requests hang', () => script.log.filter(({ path }) => path.includes('/bad/')).length >= 12, 20_000);
  const answer = await tenant(pullgate, 'good').review([`${host}/team/app:v1`]);
  assert.deepEqual([answer.allowed, kindsIn(answer)], [true, []], answer.text);
  // It did not wait for a place of theirs.
  assert.equal(over, 0);
  await assertHealthy(pullgate);
});

test('F93 one Pod of 2,500 images takes no place from a good image', async () => {
  await using script = await startScript(publicRegistry({ rules: [badPath({ delaySeconds: 0.2, status: 404 })] }));
  await using pullgate = await startForTenants(strict);
  const host = script.substitute('{{registry}}');
  const large = Promise.allSettled([tenant(pullgate, 'bad').review(repositories(host, 'bad', 2_500), true)]);
  await until('requests wait', () => script.log.length >= 12);
  for (let round = 0; round < 5; round += 1) {
    const answer = await tenant(pullgate, `good-${round}`).review([`${host}/team/app:v1`]);
    assert.deepEqual([answer.allowed, kindsIn(answer)], [true, []], answer.text);
    assert.ok(answer.ms < stretched(1_000), `took ${Math.round(answer.ms)} ms`);
  }
  await large;
  await assertHealthy(pullgate);
});

test('F97 a registry that never answers costs a namespace one wait, and no other registry', async () => {
  await using dead = await startScript(publicRegistry({ rules: [{ match: {}, do: { hang: true } }] }));
  await using script = await startScript(publicRegistry());
  await using pullgate = await startForTenants({ client: { headersTimeout: '500ms' } });
  const good = script.substitute('{{registry}}/team/app:v1');
  const images = repositories(dead.substitute('{{registry}}'), 'team', 100);
  const both = tenant(pullgate, 'team');
  const first = await both.review([...images, good]);
  assert.deepEqual([first.allowed, kindsIn(first).includes('registry-unreachable: timeout')], [true, true], first.text);
  // One wait for each image would take 5 s.
  assert.ok(first.ms < stretched(4_000), `took ${Math.round(first.ms)} ms`);
  const sent = dead.log.length;
  const second = await both.review(images);
  assert.ok(second.ms < stretched(500), `took ${Math.round(second.ms)} ms`);
  assert.equal(dead.log.length, sent);
  const other = await tenant(pullgate, 'other').review([good]);
  assert.deepEqual([other.allowed, kindsIn(other)], [true, []], other.text);
  const { text } = await pullgate.get('/metrics');
  assert.match(text, /^pullgate_registry_breaker_opened_total\{host="127[^"]*",scope="namespace"\} 1$/m);
  await assertHealthy(pullgate);
});
