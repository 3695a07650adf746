import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { hang, reset, status } from '../support/api-server-double.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { deployment, pod } from '../support/pods.ts';
import type { Reviewed } from '../support/admission-client.ts';
import { startPullgate } from '../support/pullgate.ts';
import { basicRegistry, manifestHeaders, publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { secretWithAuths, entryOf, goodSecret, wrongSecret } from './support/secrets.ts';
import { kindsIn } from './support/kinds-in.ts';
import { stretched } from '../support/stretched.ts';

const throttled = status(429, 'TooManyRequests', { 'retry-after': '30' });

/** [the start of the test name, the fault, the time limit for the answer in ms] */
const reads = [
  ['F27 a read that is forbidden', status(403, 'Forbidden'), 1_000],
  ['F33 a read that gets 429', throttled, 1_000],
  ['F33 a read that gets 500', status(500, 'InternalError'), 1_500],
  ['F33 a read that gets 503', status(503, 'ServiceUnavailable'), 1_500],
  ['F33 a read that is reset', reset, 1_500],
  ['F33 a read that hangs', hang, 5_000],
] as const;

for (const [it, fault, withinMs] of reads) {
  test(`${it} of a secret does not deny a private image, but warns`, async () => {
    await using script = await startScript(basicRegistry());
    await using pullgate = await startPullgate();
    const host = script.substitute('{{registry}}');
    pullgate.api.put('team', 'secrets', { ...goodSecret(host), metadata: { name: 's' } });
    pullgate.api.faults.set('/api/v1/namespaces/team/secrets/s', [fault]);
    const object = deployment([`${host}/team/app:v1`], { imagePullSecrets: [{ name: 's' }] });
    const answer = await pullgate.review(object);
    assert.deepEqual([answer.status, answer.allowed], [200, true], answer.text);
    assert.deepEqual(kindsIn(answer), ['access-unknown: no-credentials', 'pull-secret-unreadable']);
    assert.ok(answer.ms < stretched(withinMs), `${answer.ms} ms`);
    pullgate.api.faults.clear();
    const after = await pullgate.review(object);
    assert.deepEqual([after.allowed, kindsIn(after)], [true, []], after.text);
    await assertHealthy(pullgate);
  });

  test(`${it} of a ServiceAccount warns, if the image is public`, async () => {
    await using script = await startScript(publicRegistry());
    await using pullgate = await startPullgate();
    pullgate.api.faults.set('/api/v1/namespaces/team/serviceaccounts/default', [fault]);
    const answer = await pullgate.review(deployment([script.substitute('{{registry}}/team/app:v1')]));
    assert.deepEqual([answer.allowed, kindsIn(answer)], [true, ['pull-secret-unreadable']], answer.text);
    assert.ok(answer.ms < stretched(withinMs), `${answer.ms} ms`);
    pullgate.api.faults.clear();
    await assertHealthy(pullgate);
  });
}

test('F26 a new secret works at once', async () => {
  await using script = await startScript(basicRegistry());
  await using pullgate = await startPullgate();
  const host = script.substitute('{{registry}}');
  const object = deployment([`${host}/team/app:v1`], { imagePullSecrets: [{ name: 's' }] });
  assert.equal((await pullgate.review(object)).allowed, false);
  pullgate.api.put('team', 'secrets', { ...goodSecret(host), metadata: { name: 's' } });
  const answer = await pullgate.review(object);
  assert.deepEqual([answer.allowed, kindsIn(answer)], [true, []], answer.text);
  await assertHealthy(pullgate);
});

test('F32 a missing ServiceAccount is reported as a warning', async () => {
  await using script = await startScript(publicRegistry());
  await using pullgate = await startPullgate();
  const image = script.substitute('{{registry}}/team/app:v1');
  const answer = await pullgate.review(deployment([image], { serviceAccountName: 'robot' }));
  assert.deepEqual([answer.allowed, kindsIn(answer)], [true, ['service-account-missing']], answer.text);
  await assertHealthy(pullgate);
});

test('F32 a template without secrets gets those of its ServiceAccount; they are never merged', async () => {
  await using script = await startScript(basicRegistry());
  await using pullgate = await startPullgate();
  const host = script.substitute('{{registry}}');
  const image = `${host}/team/app:v1`;
  const { api } = pullgate;
  api.put('team', 'serviceaccounts', { metadata: { name: 'robot' }, imagePullSecrets: [{ name: 'good' }] });
  api.put('team', 'secrets', { ...goodSecret(host), metadata: { name: 'good' } });
  api.put('team', 'secrets', { ...goodSecret('elsewhere.test'), metadata: { name: 'own' } });
  const robot = { serviceAccountName: 'robot' };
  const own = { ...robot, imagePullSecrets: [{ name: 'own' }] };

  const inherited = await pullgate.review(deployment([image], robot));
  assert.deepEqual([inherited.allowed, kindsIn(inherited)], [true, []], inherited.text);
  for (const object of [deployment([image], own), pod([image], own), pod([image], robot)]) {
    const answer = await pullgate.review(object);
    assert.deepEqual([answer.allowed, kindsIn(answer)], [false, ['access-denied: no-credentials']], answer.text);
  }
  await assertHealthy(pullgate);
});

test('F34 a secret that is fixed between two admissions works at once', async () => {
  await using script = await startScript(basicRegistry());
  await using pullgate = await startPullgate({ cache: { secret: '1h' } });
  const host = script.substitute('{{registry}}');
  const object = deployment([`${host}/team/app:v1`], { imagePullSecrets: [{ name: 's' }] });
  pullgate.api.put('team', 'secrets', { ...wrongSecret(host), metadata: { name: 's' } });
  assert.deepEqual(kindsIn(await pullgate.review(object)), ['access-denied: rejected']);
  pullgate.api.put('team', 'secrets', { ...goodSecret(host), metadata: { name: 's' } });
  const answer = await pullgate.review(object);
  assert.deepEqual([answer.allowed, kindsIn(answer)], [true, []], answer.text);
  await assertHealthy(pullgate);
});

test('F34 a new password in the registry and in the secret works at once', async () => {
  let password = 'first';
  const server = createServer(({ headers: { authorization } }, response) => {
    if (authorization === `Basic ${btoa(`alice:${password}`)}`) response.writeHead(200, manifestHeaders);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="registry"' });
    response.end();
  });
  await using registry = await listenOnLoopback(server);
  await using pullgate = await startPullgate({ cache: { secret: '1h' } });

  async function review(tag: string): Promise<Reviewed> {
    const secret = secretWithAuths({ [registry.host]: entryOf({ username: 'alice', password }) });
    pullgate.api.put('team', 'secrets', { ...secret, metadata: { name: 's' } });
    const image = `${registry.host}/team/app:${tag}`;
    return pullgate.review(deployment([image], { imagePullSecrets: [{ name: 's' }] }));
  }

  assert.equal((await review('v1')).allowed, true);
  password = 'second';
  const answer = await review('v2');
  assert.deepEqual([answer.allowed, kindsIn(answer)], [true, []], answer.text);
  await assertHealthy(pullgate);
});
