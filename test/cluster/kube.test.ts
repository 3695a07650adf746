import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { kubeCluster, kubeNamespaces } from '../../src/cluster/kube.ts';
import { kubeTokens } from '../../src/cluster/tokens.ts';
import { apiServerDouble, hang, reset, status } from '../support/api-server-double.ts';
import { startBlackHole } from '../support/black-hole.ts';

const dockerConfig = { kind: 'Secret', type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } };
const path = '/api/v1/namespaces/shop/secrets/pull';

test('the Cluster port reads one object by its name', async () => {
  await using server = await apiServerDouble();
  server.put('shop', 'secrets', { ...dockerConfig, metadata: { name: 'pull' } });
  server.put('shop', 'serviceaccounts', {
    metadata: { name: 'default', annotations: { team: 'shop' } },
    imagePullSecrets: [{ name: 'pull' }, {}],
  });
  const cluster = kubeCluster(kubeApi(server.connection));
  const signal = AbortSignal.timeout(5_000);
  assert.deepEqual(await cluster.secret('shop', 'pull', signal), {
    kind: 'found',
    value: { name: 'pull', type: dockerConfig.type, data: dockerConfig.data },
  });
  assert.deepEqual(await cluster.serviceAccount('shop', 'default', signal), {
    kind: 'found',
    value: { name: 'default', imagePullSecrets: ['pull', ''], annotations: { team: 'shop' } },
  });
  assert.deepEqual(server.requests, [`GET ${path}`, 'GET /api/v1/namespaces/shop/serviceaccounts/default']);
});

for (const name of ['', '.', '..', 'a/b', '../nodes', 'UPPER', 'a?b', 'a%2fb', 'a'.repeat(254), '-a', 'a..b']) {
  test(`a name that no object can have is missing without a question: ${JSON.stringify(name.slice(0, 20))}`, async () => {
    await using server = await apiServerDouble();
    const cluster = kubeCluster(kubeApi(server.connection));
    assert.equal((await cluster.secret('shop', name, AbortSignal.timeout(5_000))).kind, 'missing');
    assert.equal((await cluster.secret(name, 'pull', AbortSignal.timeout(5_000))).kind, 'missing');
    assert.deepEqual(server.requests, []);
  });
}

const html = (_: unknown, response: ServerResponse): void => {
  response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>not here</h1>');
};
const endless = (_: unknown, response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const send = (): void => {
    while (!response.destroyed && response.write('x'.repeat(65_536)));
  };
  response.on('drain', send);
  send();
};
const rubbish = (_: unknown, response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":');
};

const answers = [
  { it: 'a 404 of the API server means missing', faults: [status(404, 'NotFound')], kind: 'missing', asked: 1 },
  { it: 'a 404 of something in between does not', faults: [html], kind: 'unavailable server-error', asked: 2 },
  { it: 'a 403 means forbidden', faults: [status(403, 'Forbidden')], kind: 'forbidden', asked: 1 },
  { it: 'a 401 that stays means forbidden', faults: [status(401, 'Unauthorized')], kind: 'forbidden', asked: 2 },
  { it: 'a 429 is not asked again', faults: [status(429, 'TooManyRequests')], kind: 'unavailable throttled', asked: 1 },
  { it: 'a 500 that stays', faults: [status(500, 'InternalError')], kind: 'unavailable server-error', asked: 2 },
  { it: 'a reset that stays', faults: [reset], kind: 'unavailable connection', asked: 2 },
  { it: 'a hang', faults: [hang], kind: 'unavailable timeout', asked: 1 },
  { it: 'an endless body', faults: [endless], kind: 'unavailable server-error', asked: 2 },
  { it: 'half a body', faults: [rubbish], kind: 'unavailable server-error', asked: 2 },
];

for (const { it, faults, kind, asked } of answers) {
  test(`a read that fails: ${it}`, async () => {
    await using server = await apiServerDouble();
    server.faults.set(path, [...faults]);
    const cluster = kubeCluster(kubeApi(server.connection, { timeoutMs: 300, pauseMs: 5 }));
    const lookup = await cluster.secret('shop', 'pull', AbortSignal.timeout(5_000));
    assert.equal(lookup.kind === 'unavailable' ? `${lookup.kind} ${lookup.reason}` : lookup.kind, kind);
    assert.equal(server.requests.length, asked);
  });
}

for (const [name, fault] of Object.entries({ '500': status(500, 'InternalError'), reset })) {
  test(`one ${name} is survived`, async () => {
    await using server = await apiServerDouble();
    server.put('shop', 'secrets', { ...dockerConfig, metadata: { name: 'pull' } });
    server.faults.set(path, [fault, (_, response) => void response.end(JSON.stringify({ ...dockerConfig }))]);
    const cluster = kubeCluster(kubeApi(server.connection, { pauseMs: 5 }));
    assert.equal((await cluster.secret('shop', 'pull', AbortSignal.timeout(5_000))).kind, 'found');
  });
}

test('an abort of the caller is thrown, and at once', async () => {
  await using server = await apiServerDouble();
  server.faults.set(path, [hang]);
  const cluster = kubeCluster(kubeApi(server.connection));
  await assert.rejects(cluster.secret('shop', 'pull', AbortSignal.timeout(30)), { name: 'TimeoutError' });
});

test('an API server that is not there is unavailable', async () => {
  const server = await apiServerDouble();
  await server.close();
  const gone = await apiServerDouble();
  const connection = { ...gone.connection, server: server.url };
  const lookup = await kubeCluster(kubeApi(connection, { pauseMs: 5 })).secret('a', 'b', AbortSignal.timeout(5_000));
  await gone.close();
  assert.deepEqual(lookup, { kind: 'unavailable', reason: 'connection' });
});

test('a connection that is never made is not waited for', async () => {
  await using hole = await startBlackHole();
  await using double = await apiServerDouble();
  const connection = { ...double.connection, server: `http://127.0.0.1:${hole.port}` };
  const cluster = kubeCluster(kubeApi(connection, { timeoutMs: 300 }));
  const startedAt = performance.now();
  const lookup = await cluster.secret('shop', 'pull', AbortSignal.timeout(5_000));
  assert.deepEqual(lookup, { kind: 'unavailable', reason: 'timeout' });
  assert.ok(performance.now() - startedAt < 2_000);
});

test('a namespace answers with its labels', async () => {
  await using server = await apiServerDouble();
  server.objects.set('/api/v1/namespaces/shop', { metadata: { name: 'shop', labels: { tier: 'front' } } });
  const namespaces = kubeNamespaces(kubeApi(server.connection));
  assert.deepEqual(await namespaces.labels('shop', AbortSignal.timeout(5_000)), {
    kind: 'found',
    value: { tier: 'front' },
  });
});

test('a token is asked for one audience, and is not shown by accident', async () => {
  await using server = await apiServerDouble();
  const tokens = kubeTokens(kubeApi(server.connection));
  const lookup = await tokens.token('shop', 'builder', 'registry.test', AbortSignal.timeout(5_000));
  assert.equal(lookup.kind, 'found');
  assert.ok(!JSON.stringify(lookup).includes('builder'));
  assert.ok(lookup.kind === 'found' && lookup.value.token.reveal().endsWith('builder/token for registry.test'));
  assert.equal(lookup.value.expiresAt, Date.UTC(2030, 0, 1));
});
