import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Connection } from '../../src/cluster/connection.ts';
import { inClusterConnection } from '../../src/cluster/in-cluster.ts';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { kubeconfigConnection } from '../../src/cluster/kubeconfig.ts';
import { createAuthority, issueLeaf } from '../../src/tls/issue.ts';

const validity = { now: Date.now(), lifetimeMs: 3_600_000 };
const authority = await createAuthority(validity);
const certificate = await issueLeaf(authority, { ...validity, names: ['127.0.0.1'] });

/** An API server that accepts one token and records the tokens of its requests. */
async function apiServer(): Promise<{ port: number; accept(token: string): void; tokens: string[] } & Disposable> {
  const tokens: string[] = [];
  let accepted = '';
  const server = createServer(certificate, (request, response) => {
    const token = request.headers.authorization ?? '';
    tokens.push(`${token} ${request.url}`);
    response.statusCode = token === `Bearer ${accepted}` ? 200 : 401;
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    accept: (token) => void (accepted = token),
    tokens,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function kindOf(connection: Connection): Promise<string> {
  return (await kubeApi(connection, { pauseMs: 1 }).get('/api/v1/x', AbortSignal.timeout(60_000))).kind;
}

describe('inClusterConnection', () => {
  test('the token file is read again after a 401', async () => {
    using server = await apiServer();
    const directory = await mkdtemp(join(tmpdir(), 'pullgate-sa-'));
    await writeFile(join(directory, 'ca.crt'), authority.cert);
    await writeFile(join(directory, 'token'), 'first\n');
    server.accept('first');
    const connection = await inClusterConnection({ host: '127.0.0.1', port: String(server.port), directory });
    assert.equal(await kindOf(connection), 'found');
    await writeFile(join(directory, 'token'), 'second\n');
    assert.equal(await kindOf(connection), 'found', 'a token that still works is not read again');
    server.accept('second');
    assert.equal(await kindOf(connection), 'found');
    await rm(directory, { recursive: true });
    server.accept('third');
    assert.equal(await kindOf(connection), 'forbidden', 'the last token stays in use');
    assert.equal(server.tokens.at(-1), 'Bearer second /api/v1/x');
    await connection.close();
  });

  test('a server certificate of another CA is rejected before a request is sent', async () => {
    using server = await apiServer();
    const directory = await mkdtemp(join(tmpdir(), 'pullgate-sa-'));
    await writeFile(join(directory, 'ca.crt'), (await createAuthority(validity)).cert);
    await writeFile(join(directory, 'token'), 'first');
    server.accept('first');
    const connection = await inClusterConnection({ host: '127.0.0.1', port: String(server.port), directory });
    assert.equal(await kindOf(connection), 'unavailable');
    assert.deepEqual(server.tokens, []);
    await connection.close();
    await rm(directory, { recursive: true });
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

describe('kubeconfigConnection', () => {
  test('the path of the server, the CA and the token are used', async () => {
    using server = await apiServer();
    server.accept('mine');
    const directory = await mkdtemp(join(tmpdir(), 'pullgate-kubeconfig-'));
    const config = {
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
      clusters: [
        {
          name: 'here',
          cluster: {
            server: `https://127.0.0.1:${server.port}/k8s/`,
            'certificate-authority-data': Buffer.from(authority.cert).toString('base64'),
          },
        },
      ],
      users: [{ name: 'me', user: { token: 'mine' } }],
    };
    const file = join(directory, 'config');
    await writeFile(file, JSON.stringify(config));
    const connection = await kubeconfigConnection({ file });
    assert.equal(await kindOf(connection), 'found');
    assert.deepEqual(server.tokens, ['Bearer mine /k8s/api/v1/x']);
    await connection.close();
    await rm(directory, { recursive: true });
  });

  test('concurrent renewals share one new session', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pullgate-kubeconfig-'));
    const config = {
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
      clusters: [{ name: 'here', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'me', user: { token: 'mine' } }],
    };
    const file = join(directory, 'config');
    await writeFile(file, JSON.stringify(config));
    const connection = await kubeconfigConnection({ file });
    const first = await connection.session(false);
    const renewed = await Promise.all([connection.session(true), connection.session(true)]);
    assert.equal(renewed[0], renewed[1]);
    assert.notEqual(renewed[0], first);
    await connection.close();
    await rm(directory, { recursive: true });
  });

  test('a missing file is an error', async () => {
    await assert.rejects(kubeconfigConnection({ file: join(tmpdir(), 'no-such-kubeconfig') }));
  });

  test('a missing default kubeconfig is called missing', async () => {
    const { HOME, KUBECONFIG } = process.env;
    const directory = await mkdtemp(join(tmpdir(), 'pullgate-home-'));
    try {
      process.env['HOME'] = directory;
      delete process.env['KUBECONFIG'];
      await assert.rejects(kubeconfigConnection(), /there is no ~\/\.kube\/config/);
      await assert.rejects(kubeconfigConnection({ context: 'prod' }), /there is no ~\/\.kube\/config/);
    } finally {
      restore('HOME', HOME);
      restore('KUBECONFIG', KUBECONFIG);
      await rm(directory, { recursive: true });
    }
  });
});
