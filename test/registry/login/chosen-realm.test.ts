import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { registryHosts } from '../../../src/engine/hosts/registry-hosts.ts';
import type { HttpRegistryOptions } from '../../../src/registry/http-registry.ts';
import { fakeDns } from '../../faults/support/fake-dns.ts';
import { listenOnLoopback } from '../../support/loopback.ts';
import { client, inWords, question, soon } from '../client.ts';

/**
 * Names of this machine. The guard leaves out the addresses in 10.255.255.0/24, but a name that has one counts as
 * private.
 */
const resolveHost = fakeDns({
  'public.test': ['127.0.0.1'],
  'inner.test': ['127.0.0.1', '10.255.255.1'],
  'token.inner.test': ['127.0.0.1', '10.255.255.2'],
  'secret.local.test': ['10.254.0.1'],
  'closed.local.test': ['127.0.0.1', '10.255.255.3'],
});

const options: Partial<HttpRegistryOptions> = {
  resolveHost,
  hosts: async (registry) => registryHosts(registry).map((host) => ({ ...host, scheme: 'http' })),
  addresses: { allowed: ['127.0.0.1'], denied: ['10.255.255.0/24'] },
  timeouts: { connectMs: 300, headersMs: 2_000 },
};

/** Asks a registry with this name, which names a realm. Returns the answer, and the requests for tokens. */
async function asked(name: string, realm: string, more: Partial<HttpRegistryOptions> = {}, challenge = '') {
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    if (!url.startsWith('/v2/')) {
      tokens.push(url);
      response.end(JSON.stringify({ token: 'abc' }));
    } else if (headers.authorization === undefined) {
      const at = realm.replace('PORT', headers.host?.split(':')[1] ?? '');
      response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="${at}",service="s"${challenge}` }).end();
    } else {
      response.writeHead(404, { 'Docker-Distribution-Api-Version': 'registry/2.0' }).end();
    }
  });
  await using running = await listenOnLoopback(server);
  await using asking = client({ ...options, ...more });
  const answer = await asking.registry.resolve(question(`${name}:${running.port}`), soon());
  return { answer: inWords(answer), tokens };
}

const scope = 'scope=repository%3Ateam%2Fapp%3Apull';
const refused = { answer: 'not-asked private-realm', tokens: [] };

describe('a realm with a private address', () => {
  for (const realm of ['http://secret.local.test/token', 'http://10.254.0.1/token', 'http://0xafe0001/token']) {
    test(`${realm} gets no request for a registry with a public address`, async () => {
      assert.deepEqual(await asked('public.test', realm), refused);
    });
  }

  test('gets a request if the operator trusts it', async () => {
    const realmHosts = ['closed.local.test'];
    const { answer } = await asked('public.test', 'http://closed.local.test:1/token', { realmHosts });
    assert.equal(answer, 'unreachable connection-refused token GET');
  });

  test('gets a request if the registry has a private address too', async () => {
    const { answer, tokens } = await asked('inner.test', 'http://token.inner.test:PORT/token');
    assert.deepEqual([answer, tokens.length], ['not-found manifest HEAD 404', 1]);
  });

  test('gets a request on the host of the registry', async () => {
    const { answer, tokens } = await asked('inner.test', 'http://inner.test:PORT/token');
    assert.deepEqual([answer, tokens.length], ['not-found manifest HEAD 404', 1]);
  });
});

describe('a request for a token', () => {
  test('keeps the path and the query of a realm of the same owner', async () => {
    const { tokens } = await asked('inner.test', 'http://token.inner.test:PORT/a/b?x=1&account=me');
    assert.deepEqual(tokens, [`/a/b?x=1&account=me&service=s&${scope}`]);
  });

  test('has only parameters that a token needs at a realm of another owner', async () => {
    const { tokens } = await asked('public.test', 'http://login.elsewhere.test:PORT/a/b?x=1&account=me&delete=all#y', {
      resolveHost: fakeDns({ 'public.test': ['127.0.0.1'], 'login.elsewhere.test': ['127.0.0.1'] }),
    });
    assert.deepEqual(tokens, [`/a/b?account=me&service=s&${scope}`]);
  });

  const long = 'x'.repeat(2_048);
  for (const [part, realm, challenge] of [
    ['URL', `http://public.test:PORT/${long}`, ''],
    ['scope', 'http://public.test:PORT/token', `,scope="${long}"`],
    ['service', 'http://public.test:PORT/token', `,service="${long}x"`],
  ] as const) {
    test(`is not sent with a ${part} of more than 2,048 characters`, async () => {
      const result = await asked('public.test', realm, {}, challenge);
      assert.deepEqual(result, { answer: 'unreachable protocol manifest HEAD', tokens: [] });
    });
  }
});

describe('a failure at a private host that the registry names', () => {
  test('is not told to a pod creator, but to the log', async () => {
    const causes: string[] = [];
    const onConcealed = (registry: string, cause: string): void =>
      void causes.push(`${registry.split(':')[0]} ${cause}`);
    const realm = 'http://closed.local.test:1/token';
    const { answer } = await asked('inner.test', realm, { onConcealed });
    assert.equal(answer, 'unreachable unproven-host token GET');
    assert.deepEqual(causes, ['inner.test connection-refused']);
    const { answer: exact } = await asked('inner.test', realm);
    assert.equal(exact, 'unreachable connection-refused token GET');
  });
});
