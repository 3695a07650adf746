import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { ownSecret } from '../../src/cluster/own-secret.ts';
import { webhookBundles } from '../../src/cluster/webhook-bundles.ts';
import { soon } from '../support/soon.ts';
import { certificatesIn } from '../../src/lib/pem.ts';
import { isIssuedBy } from '../../src/tls/certificate.ts';
import { secretSource, type Round, type SecretSourceOptions } from '../../src/tls/secret-source.ts';
import type { RunningSource } from '../../src/tls/source.ts';
import { apiServerDouble, status, type ApiServerDouble } from '../support/api-server-double.ts';

const day = 86_400_000;
const secretPath = '/api/v1/namespaces/pullgate/secrets/pullgate-tls';
const webhookPath = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/pullgate';
const names = ['pullgate.pullgate.svc'];

async function cluster(): Promise<ApiServerDouble> {
  const server = await apiServerDouble();
  server.objects.set(webhookPath, {
    metadata: { name: 'pullgate', resourceVersion: '0' },
    webhooks: [
      { name: 'a', clientConfig: { service: { name: 'pullgate' } }, timeoutSeconds: 10 },
      { name: 'b', clientConfig: { url: 'https://127.0.0.1:1' } },
    ],
  });
  return server;
}

async function replica(
  server: ApiServerDouble,
  options: Partial<SecretSourceOptions> = {},
): Promise<RunningSource & { rounds: Round[]; news: EventEmitter }> {
  const api = kubeApi(server.connection, { pauseMs: 1 });
  const rounds: Round[] = [];
  const news = new EventEmitter();
  const source = await secretSource(
    {
      secret: ownSecret(api, 'pullgate', 'pullgate-tls'),
      bundle: webhookBundles(api, 'pullgate'),
      names,
      everyMs: 5,
      settleMs: 1,
      onRound(round) {
        rounds.push(round);
        news.emit('round', round);
      },
      ...options,
    },
    AbortSignal.timeout(60_000),
  );
  if (typeof source === 'string') throw new Error(`no certificate: ${source}`);
  return { ...source, rounds, news };
}

function bundlesOf(server: ApiServerDouble): readonly string[] {
  const { webhooks } = server.objects.get(webhookPath) as unknown as {
    webhooks: readonly { clientConfig: { caBundle: string } }[];
  };
  return webhooks.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString());
}

/** Resolves after the next round that is `wanted`. */
async function until(source: { news: EventEmitter }, wanted: (round: Round) => boolean): Promise<void> {
  let round: Round;
  do [round] = (await once(source.news, 'round', soon())) as [Round];
  while (!wanted(round));
}

function emitterOf(source: RunningSource): EventEmitter {
  const news = new EventEmitter();
  source.onChange((certificate) => news.emit('changed', certificate));
  return news;
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

  test('a CA bundle that somebody removed is written again, and no other field changes', async () => {
    await using server = await cluster();
    const source = await replica(server);
    const webhook = { name: 'a', clientConfig: { service: { name: 'pullgate' } }, timeoutSeconds: 7 };
    server.objects.set(webhookPath, { metadata: { name: 'pullgate', resourceVersion: '900' }, webhooks: [webhook] });
    await until(source, ({ bundle }) => bundle === 'written');
    const { webhooks } = server.objects.get(webhookPath) as unknown as { webhooks: [typeof webhook] };
    const [patched] = webhooks;
    assert.deepEqual({ ...patched, clientConfig: { service: patched.clientConfig.service } }, webhook);
    assert.ok(isIssuedBy(source.current().cert, bundlesOf(server)[0] ?? ''));
    source.close();
  });

  test('a correct bundle is not written again', async () => {
    await using server = await cluster();
    const source = await replica(server);
    await until(source, ({ bundle }) => bundle === 'unchanged');
    await until(source, ({ bundle }) => bundle === 'unchanged');
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
    assert.equal(source.rounds[0]?.bundle, 'forbidden');
    source.close();
  });
});
