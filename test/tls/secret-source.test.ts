import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { certificatesIn } from '../../src/lib/pem.ts';
import { isIssuedBy } from '../../src/tls/certificate.ts';
import { followedRules } from '../../src/tls/followed-rules.ts';
import { status, type ApiServerDouble, type StoredObject } from '../support/api-server-double.ts';
import { shippedRules, shippedText } from '../support/shipped-rules.ts';
import { soon } from '../support/soon.ts';
import {
  bundlesOf,
  cluster,
  day,
  emitterOf,
  names,
  replica,
  secretPath,
  service,
  until,
  webhookPath,
} from './replica.ts';

/** A webhook configuration with the shipped annotation. */
function configurationWith(rules: object, resourceVersion: string): StoredObject {
  return {
    metadata: { name: 'pullgate', resourceVersion, annotations: { 'pullgate.dev/rules': shippedText } },
    webhooks: [{ name: 'a', clientConfig: { service }, ...rules }],
  };
}

function rulesOf(server: ApiServerDouble): unknown {
  const { webhooks } = server.objects.get(webhookPath) as unknown as { webhooks: readonly { rules?: unknown }[] };
  return webhooks[0]?.rules;
}

describe('secretSource', () => {
  for (const start of ['without the Secret', 'with an empty Secret'] as const) {
    test(`replicas that start at the same time ${start} use one certificate`, async () => {
      await using server = await cluster();
      if (start === 'with an empty Secret') server.put('pullgate', 'secrets', { metadata: { name: 'pullgate-tls' } });
      const replicas = await Promise.all([replica(server), replica(server), replica(server)]);
      const [first] = replicas;
      assert.ok(first !== undefined && replicas.every((one) => one.current().cert === first.current().cert));
      assert.equal(replicas.filter(({ rounds }) => rounds[0]?.secret === 'issued').length, 1);
      for (const bundle of bundlesOf(server)) assert.ok(isIssuedBy(first.current().cert, bundle));
      for (const one of replicas) one.close();
    });
  }

  test('the private key of the CA is not stored', async () => {
    await using server = await cluster();
    (await replica(server)).close();
    assert.deepEqual(Object.keys(server.objects.get(secretPath)?.['data'] as object).toSorted(), [
      'ca.crt',
      'path-seed',
      'path-seed-next',
      'tls.crt',
      'tls.key',
    ]);
  });

  test('after two thirds of its lifetime a new certificate is issued, and every replica serves it once it is trusted', async () => {
    await using server = await cluster();
    let time = Date.now();
    const options = { now: () => time, lifetimeMs: 30 * day };
    const one = await replica(server, options);
    const two = await replica(server, options);
    const before = one.current().cert;
    let trusted: boolean | undefined;
    one.onChange(({ cert }) => (trusted = bundlesOf(server).every((bundle) => isIssuedBy(cert, bundle))));
    time += 21 * day;
    await Promise.all([once(emitterOf(one), 'changed', soon()), once(emitterOf(two), 'changed', soon())]);
    assert.equal(trusted, true);
    assert.notEqual(one.current().cert, before);
    assert.equal(one.current().cert, two.current().cert);
    for (const bundle of bundlesOf(server)) {
      assert.equal(certificatesIn(bundle).length, 2);
      assert.ok(isIssuedBy(before, bundle), 'the old certificate of another replica stays trusted');
    }
    one.close();
    two.close();
  });

  test('the rules are written when the Service leads to a replica, and again when somebody changes them', async () => {
    await using server = await cluster();
    server.objects.set(webhookPath, configurationWith({}, '900'));
    let leads = false;
    const source = await replica(server, { rules: followedRules(() => leads) });
    await until(source, ({ configuration }) => configuration === 'unchanged');
    assert.equal(rulesOf(server), undefined);
    leads = true;
    await until(source, ({ configuration }) => configuration === 'written');
    assert.deepEqual(rulesOf(server), shippedRules);
    for (const rules of [{}, { rules: [] }, { rules: shippedRules.slice(1) }]) {
      server.objects.set(webhookPath, configurationWith(rules, `${JSON.stringify(rules).length}000`));
      await until(source, ({ configuration }) => configuration === 'written');
      assert.deepEqual(rulesOf(server), shippedRules);
    }
    source.close();
  });

  test('a CA bundle that somebody removed is written again, and no other field changes', async () => {
    await using server = await cluster();
    const source = await replica(server);
    const webhook = { name: 'a', clientConfig: { service }, timeoutSeconds: 7 };
    server.objects.set(webhookPath, { metadata: { name: 'pullgate', resourceVersion: '900' }, webhooks: [webhook] });
    await until(source, ({ configuration }) => configuration === 'written');
    const { webhooks } = server.objects.get(webhookPath) as unknown as { webhooks: [typeof webhook] };
    const [patched] = webhooks;
    const { path, ...rest } = patched.clientConfig.service as typeof service & { path: string };
    assert.match(path, /^\/validate\/[0-9a-f]{64}$/);
    assert.deepEqual({ ...patched, clientConfig: { service: rest } }, webhook);
    assert.ok(isIssuedBy(source.current().cert, bundlesOf(server)[0] ?? ''));
    source.close();
  });

  test('a correct bundle is not written again', async () => {
    await using server = await cluster();
    const source = await replica(server);
    await until(source, ({ configuration }) => configuration === 'unchanged');
    await until(source, ({ configuration }) => configuration === 'unchanged');
    assert.equal(server.requests.filter((line) => line.startsWith('PATCH') && line.endsWith('/pullgate')).length, 1);
    source.close();
  });

  test('a deleted Secret is created again with a new certificate', async () => {
    await using server = await cluster();
    const source = await replica(server);
    const before = source.current().cert;
    const changed = once(emitterOf(source), 'changed', soon());
    server.objects.delete(secretPath);
    await changed;
    assert.notEqual(source.current().cert, before);
    assert.ok(server.objects.has(secretPath));
    source.close();
  });

  test('an additional name in the config causes a new certificate', async () => {
    await using server = await cluster();
    (await replica(server)).close();
    const source = await replica(server, { names: [...names, 'hook.example.test'] });
    assert.equal(source.rounds[0]?.secret, 'issued');
    source.close();
  });

  test('the certificate stays in use while the API server fails', async () => {
    await using server = await cluster();
    const source = await replica(server);
    const before = source.current();
    server.faults.set(secretPath, [status(500, 'InternalError')]);
    await until(source, ({ secret }) => secret === 'unavailable');
    assert.deepEqual(source.current(), before);
    server.faults.delete(secretPath);
    await until(source, ({ secret }) => secret === 'kept');
    source.close();
  });

  test('the start fails with the reason', async () => {
    await using server = await cluster();
    server.faults.set(secretPath, [status(403, 'Forbidden')]);
    await assert.rejects(replica(server), /no certificate: forbidden/);
  });

  test('the start succeeds if the bundle may not be written', async () => {
    await using server = await cluster();
    server.faults.set(webhookPath, [status(403, 'Forbidden')]);
    const source = await replica(server);
    assert.equal(source.rounds[0]?.configuration, 'forbidden');
    source.close();
  });
});
