import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { kubeCluster, kubeNamespaces } from '../../src/cluster/kube.ts';
import { kubeTokens } from '../../src/cluster/tokens.ts';
import { apiServerDouble, hang, reset, status } from '../support/api-server-double.ts';
import { startBlackHole } from '../support/black-hole.ts';

const dockerConfig = { kind: 'Secret', type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } };
const path = '/api/v1/namespaces/shop/secrets/pull';

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

const failures = [
  { title: 'a 404 of the API server means missing', faults: [status(404, 'NotFound')], kind: 'missing', requests: 1 },
  { title: 'a 404 of a proxy means unavailable', faults: [html], kind: 'unavailable server-error', requests: 2 },
  { title: 'a 403 means forbidden', faults: [status(403, 'Forbidden')], kind: 'forbidden', requests: 1 },
  { title: 'a second 401 means forbidden', faults: [status(401, 'Unauthorized')], kind: 'forbidden', requests: 2 },
  {
    title: 'a 429 is not retried',
    faults: [status(429, 'TooManyRequests')],
    kind: 'unavailable throttled',
    requests: 1,
  },
  {
    title: 'a 500 is retried once',
    faults: [status(500, 'InternalError')],
    kind: 'unavailable server-error',
    requests: 2,
  },
  { title: 'a reset is retried once', faults: [reset], kind: 'unavailable connection', requests: 2 },
  { title: 'a hanging request is a timeout', faults: [hang], kind: 'unavailable timeout', requests: 1 },
  { title: 'an endless body is a server error', faults: [endless], kind: 'unavailable server-error', requests: 2 },
  { title: 'an incomplete body is a server error', faults: [rubbish], kind: 'unavailable server-error', requests: 2 },
];

describe('kubeCluster', () => {
  test('an object is read by its name', async () => {
    await using server = await apiServerDouble();
    server.put('shop', 'secrets', { ...dockerConfig, metadata: { name: 'pull' } });
    server.put('shop', 'serviceaccounts', {
      metadata: { name: 'default', annotations: { team: 'shop' } },
      imagePullSecrets: [{ name: 'pull' }, {}],
    });
    const cluster = kubeCluster(kubeApi(server.connection));
    const signal = AbortSignal.timeout(60_000);
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
    test(`a name that no object can have is missing, without a request: ${JSON.stringify(name.slice(0, 20))}`, async () => {
      await using server = await apiServerDouble();
      const cluster = kubeCluster(kubeApi(server.connection));
      assert.equal((await cluster.secret('shop', name, AbortSignal.timeout(60_000))).kind, 'missing');
      assert.equal((await cluster.secret(name, 'pull', AbortSignal.timeout(60_000))).kind, 'missing');
      assert.deepEqual(server.requests, []);
    });
  }

  for (const { title, faults, kind, requests } of failures) {
    test(title, async () => {
      await using server = await apiServerDouble();
      server.faults.set(path, [...faults]);
      const timeoutMs = kind === 'unavailable timeout' ? 300 : 60_000;
      const cluster = kubeCluster(kubeApi(server.connection, { timeoutMs, pauseMs: 5 }));
      const lookup = await cluster.secret('shop', 'pull', AbortSignal.timeout(60_000));
      assert.equal(lookup.kind === 'unavailable' ? `${lookup.kind} ${lookup.reason}` : lookup.kind, kind);
      assert.equal(server.requests.length, requests);
    });
  }

  for (const [name, fault] of Object.entries({ '500': status(500, 'InternalError'), reset })) {
    test(`a read succeeds after one ${name}`, async () => {
      await using server = await apiServerDouble();
      server.put('shop', 'secrets', { ...dockerConfig, metadata: { name: 'pull' } });
      server.faults.set(path, [fault, (_, response) => void response.end(JSON.stringify({ ...dockerConfig }))]);
      const cluster = kubeCluster(kubeApi(server.connection, { pauseMs: 5 }));
      assert.equal((await cluster.secret('shop', 'pull', AbortSignal.timeout(60_000))).kind, 'found');
    });
  }

  test('an abort by the caller is thrown at once', async () => {
    await using server = await apiServerDouble();
    server.faults.set(path, [hang]);
    const cluster = kubeCluster(kubeApi(server.connection));
    await assert.rejects(cluster.secret('shop', 'pull', AbortSignal.timeout(30)), { name: 'TimeoutError' });
  });

  test('a stopped API server is unavailable', async () => {
    const server = await apiServerDouble();
    await server.close();
    const gone = await apiServerDouble();
    const connection = { ...gone.connection, server: server.url };
    const lookup = await kubeCluster(kubeApi(connection, { pauseMs: 5 })).secret('a', 'b', AbortSignal.timeout(60_000));
    await gone.close();
    assert.deepEqual(lookup, { kind: 'unavailable', reason: 'connection' });
  });

  test('a connection that is never made is a timeout', async () => {
    await using hole = await startBlackHole();
    await using double = await apiServerDouble();
    const connection = { ...double.connection, server: `http://127.0.0.1:${hole.port}` };
    const cluster = kubeCluster(kubeApi(connection, { timeoutMs: 300 }));
    const lookup = await cluster.secret('shop', 'pull', AbortSignal.timeout(60_000));
    assert.deepEqual(lookup, { kind: 'unavailable', reason: 'timeout' });
  });
});

describe('kubeNamespaces', () => {
  test('the labels of a namespace are read', async () => {
    await using server = await apiServerDouble();
    server.objects.set('/api/v1/namespaces/shop', { metadata: { name: 'shop', labels: { tier: 'front' } } });
    const namespaces = kubeNamespaces(kubeApi(server.connection));
    assert.deepEqual(await namespaces.labels('shop', AbortSignal.timeout(60_000)), {
      kind: 'found',
      value: { tier: 'front' },
    });
  });
});

describe('kubeTokens', () => {
  test('a token is requested for one audience, and is redacted in JSON', async () => {
    await using server = await apiServerDouble();
    const tokens = kubeTokens(kubeApi(server.connection));
    const lookup = await tokens.token('shop', 'builder', 'registry.test', AbortSignal.timeout(60_000));
    assert.equal(lookup.kind, 'found');
    assert.ok(!JSON.stringify(lookup).includes('builder'));
    assert.ok(lookup.kind === 'found' && lookup.value.token.reveal().endsWith('builder/token for registry.test'));
    assert.equal(lookup.value.expiresAt, Date.UTC(2030, 0, 1));
  });
});
