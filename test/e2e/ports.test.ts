import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Connection } from '../../src/cluster/connection.ts';
import { kubeEvents } from '../../src/cluster/events.ts';
import { kubeApi, type KubeApi } from '../../src/cluster/kube-api.ts';
import { kubeNodes } from '../../src/cluster/kube-nodes.ts';
import { kubeCluster, kubeNamespaces } from '../../src/cluster/kube.ts';
import { kubeconfigConnection } from '../../src/cluster/kubeconfig.ts';
import { loggedWrites } from '../../src/cluster/logged-writes.ts';
import { ownSecret } from '../../src/cluster/own-secret.ts';
import { kubeTokens } from '../../src/cluster/tokens.ts';
import { webhookConfiguration } from '../../src/cluster/webhook-configuration.ts';
import { isIssuedBy } from '../../src/tls/certificate.ts';
import { secretSource, type Round } from '../../src/tls/secret-source.ts';
import { nodesOptions } from '../support/options.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { manifests } from '../support/overlay.ts';

describe('the ports with a real API server and the shipped roles', await needsControlPlane(), () => {
  const signal = AbortSignal.timeout(60_000);
  let plane: ControlPlane;
  let connection: Connection;
  let api: KubeApi;

  before(async () => {
    plane = await startControlPlane({ controllers: false });
    await succeed(plane.kubectl, ['apply', '-k', join(manifests, 'overlays/development')]);
    const token = await succeed(plane.kubectl, ['create', 'token', 'pullgate', '-n', 'pullgate']);
    connection = await kubeconfigConnection({ file: await plane.kubeconfigFor('pullgate', token.trim()) });
    api = kubeApi(connection);
    await succeed(plane.kubectl, ['create', 'namespace', 'shop']);
    await succeed(plane.kubectl, ['create', 'serviceaccount', 'robot', '-n', 'shop']);
  });
  after(async () => {
    await connection?.close();
    await plane?.stop();
  });

  test('a secret is missing until it is created', async () => {
    const cluster = kubeCluster(api);
    assert.deepEqual(await cluster.secret('shop', 'pull', signal), { kind: 'missing' });
    const login = ['--docker-server=registry.test', '--docker-username=me', '--docker-password=secret'];
    await succeed(plane.kubectl, ['create', 'secret', 'docker-registry', 'pull', '-n', 'shop', ...login]);
    const lookup = await cluster.secret('shop', 'pull', signal);
    assert.ok(lookup.kind === 'found');
    assert.equal(lookup.value.type, 'kubernetes.io/dockerconfigjson');
    assert.deepEqual(Object.keys(lookup.value.data), ['.dockerconfigjson']);
  });

  test('a ServiceAccount has its pull secrets', async () => {
    const patch = '{"imagePullSecrets":[{"name":"pull"}]}';
    await succeed(plane.kubectl, ['patch', 'serviceaccount', 'robot', '-n', 'shop', '-p', patch]);
    assert.deepEqual(await kubeCluster(api).serviceAccount('shop', 'robot', signal), {
      kind: 'found',
      value: { name: 'robot', imagePullSecrets: ['pull'], annotations: {} },
    });
  });

  test('rights of a component are forbidden without it', async () => {
    assert.deepEqual(await kubeNamespaces(api).labels('shop', signal), { kind: 'forbidden' });
    assert.deepEqual(await kubeTokens(api).token('shop', 'robot', 'registry.test', signal), { kind: 'forbidden' });
  });

  test('rights of a component are granted with it', async () => {
    for (const name of ['profile-label', 'plugin-tokens']) {
      await succeed(plane.kubectl, ['apply', '-f', join(manifests, 'components', name, 'role.yaml')]);
    }
    // The authorizer needs time to load a new role.
    const namespaces = kubeNamespaces(api);
    let labels;
    do labels = await namespaces.labels('shop', signal);
    while (labels.kind === 'forbidden');
    assert.deepEqual(labels, { kind: 'found', value: { 'kubernetes.io/metadata.name': 'shop' } });
    let token;
    do token = await kubeTokens(api).token('shop', 'robot', 'registry.test', signal);
    while (token.kind === 'forbidden');
    assert.ok(token.kind === 'found' && token.value.expiresAt > Date.now());
  });

  test('an Event is written for an object with any name, and an error has its cause', async () => {
    const regarding = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', uid: 'u-1' };
    const event = { type: 'Warning', reason: 'ImagesInDoubt', action: 'Admit', note: 'No answer.' } as const;
    const failures: unknown[] = [];
    const write = kubeEvents(
      loggedWrites(api, (_, outcome) => failures.push(outcome)),
      { controller: 'pullgate.dev/webhook', instance: 'pullgate-0', now: Date.now },
    );
    const early = await write({ ...event, regarding: { ...regarding, name: 'early' } }, signal);
    assert.deepEqual(early, { kind: 'forbidden', said: { status: 403, reason: 'Forbidden', fields: [] } });
    assert.deepEqual(failures, [early]);
    await succeed(plane.kubectl, ['apply', '-f', join(manifests, 'components/events/role.yaml')]);
    for (const name of ['late', 'a.b-c', 'n'.repeat(253)]) {
      let written;
      do written = await write({ ...event, regarding: { ...regarding, name } }, signal);
      while (written.kind === 'forbidden');
      assert.equal(written.kind, 'written', JSON.stringify(written));
    }
    const broken = await write({ ...event, reason: '', regarding: { ...regarding, name: 'late' } }, signal);
    assert.deepEqual(broken, { kind: 'rejected', said: { status: 422, reason: 'Invalid', fields: ['reason'] } });
  });

  test('nodes are listed', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `node-${index}`);
    const items = names.map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { zone: 'a' } } }));
    await succeed(plane.kubectl, ['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    const list = await kubeNodes(api, nodesOptions).nodes(signal);
    assert.deepEqual(list?.nodes.map(({ name }) => name).toSorted(), names.toSorted());
    assert.ok(list.nodes.every(({ labels }) => labels['zone'] === 'a'));
  });

  test('two replicas share one certificate, which the webhook configuration trusts', async () => {
    const rounds: Round[] = [];
    const options = {
      secret: ownSecret(api, 'pullgate', 'pullgate-tls'),
      configuration: webhookConfiguration(api, 'pullgate'),
      names: ['pullgate.pullgate.svc', '127.0.0.1'],
      onRound: (round: Round) => void rounds.push(round),
    };
    const sources = await Promise.all([secretSource(options, signal), secretSource(options, signal)]);
    const certs = sources.map((source) => {
      assert.ok(typeof source !== 'string', 'no certificate');
      source.close();
      return source.current().cert;
    });
    assert.equal(certs[0], certs[1]);
    const path = 'jsonpath={.webhooks[0].clientConfig.caBundle}';
    const bundle = await succeed(plane.kubectl, ['get', 'validatingwebhookconfiguration', 'pullgate', '-o', path]);
    assert.ok(isIssuedBy(certs[0] ?? '', Buffer.from(bundle, 'base64').toString('utf8')), JSON.stringify(rounds));
    await succeed(plane.kubectl, ['apply', '-k', join(manifests, 'overlays/development')]);
    const kept = await options.secret.read(signal);
    assert.ok(kept.kind === 'found' && kept.value.data['tls.crt'] === certs[0], 'another apply keeps the Secret');
  });
});
