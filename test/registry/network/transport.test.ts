import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { type RegistryHost, registryHosts } from '../../../src/engine/hosts/registry-hosts.ts';
import type { Exchanged } from '../../../src/registry/network/observed-send.ts';
import type { HttpRegistryOptions } from '../../../src/registry/http-registry.ts';
import { caFile } from '../../support/certificates.ts';
import { publicRegistry } from '../../support/registries.ts';
import { startScript } from '../../support/scripted-registry/start.ts';
import { client, inWords, question, soon } from '../client.ts';

/** A host as the image names it, without the leniency that loopback has. */
function strictly(change: Partial<RegistryHost>): HttpRegistryOptions['hosts'] {
  return async (registry) =>
    registryHosts(registry).map((host) => ({
      ...host,
      scheme: 'https',
      skipVerify: false,
      httpFallback: false,
      ...change,
    }));
}

const certificates = [
  { it: 'a trusted certificate', certificate: 'trusted', trusts: true, is: 'found' },
  {
    it: 'a certificate of an unknown authority',
    certificate: 'trusted',
    trusts: false,
    is: 'unreachable tls-untrusted manifest HEAD',
  },
  {
    it: 'a certificate signed by itself',
    certificate: 'self-signed',
    trusts: true,
    is: 'unreachable tls-untrusted manifest HEAD',
  },
  { it: 'an expired certificate', certificate: 'expired', trusts: true, is: 'unreachable tls-expired manifest HEAD' },
  {
    it: 'a certificate for another host',
    certificate: 'wrong-host',
    trusts: true,
    is: 'unreachable tls-wrong-host manifest HEAD',
  },
] as const;

for (const { it, certificate, trusts, is } of certificates) {
  test(`${it} is ${is}, whether the CA comes from a file or the config`, async () => {
    await using running = await startScript(publicRegistry({ listen: 'https', certificate }));
    const path = await caFile();
    const text = await readFile(path, 'utf8');
    await using byFile = client({ hosts: strictly(trusts ? { ca: [path] } : {}) });
    await using byConfig = client({ hosts: strictly({}), caFor: () => (trusts ? [text] : []) });
    const about = question(String(running.symbols['registry']));
    assert.equal(inWords(await byFile.registry.resolve(about, soon())), is);
    assert.equal(inWords(await byConfig.registry.resolve(about, soon())), is);
  });
}

const hostCases: readonly {
  readonly it: string;
  readonly https: boolean;
  readonly options: (host: string) => Partial<HttpRegistryOptions>;
  readonly is: string;
}[] = [
  {
    it: 'http where https is asked for',
    https: false,
    options: () => ({ hosts: strictly({}) }),
    is: 'unreachable plain-http manifest HEAD',
  },
  {
    it: 'https where http is asked for',
    https: true,
    options: () => ({ hosts: strictly({ scheme: 'http' }) }),
    is: 'unreachable protocol manifest HEAD 400',
  },
  {
    it: 'a CA file that is missing',
    https: true,
    options: () => ({ hosts: strictly({ ca: ['/nowhere/ca.pem'] }) }),
    is: 'unreachable tls-untrusted manifest HEAD',
  },
  {
    it: 'a hosts.toml of which no client can be made',
    https: true,
    options: () => ({ hosts: async () => undefined }),
    is: 'unreachable tls-untrusted manifest HEAD',
  },
  {
    it: 'a hosts.toml that leaves nobody to ask',
    https: true,
    options: () => ({ hosts: async () => [] }),
    is: 'unreachable protocol manifest HEAD',
  },
  {
    it: 'a registry that is insecure by name, over TLS',
    https: true,
    options: (host) => ({ hosts: strictly({}), insecureRegistries: [host] }),
    is: 'found',
  },
  {
    it: 'a registry that is insecure by name, in plain http',
    https: false,
    options: (host) => ({ hosts: strictly({}), insecureRegistries: [host] }),
    is: 'found',
  },
];

for (const { it, https, options, is } of hostCases) {
  test(`${it} is ${is}`, async () => {
    await using running = await startScript(publicRegistry(https ? { listen: 'https' } : {}));
    const registry = String(running.symbols['registry']);
    await using asked = client(options(registry));
    assert.equal(inWords(await asked.registry.resolve(question(registry), soon())), is);
  });
}

async function listening(server: Server): Promise<{ readonly port: number } & AsyncDisposable> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => void sockets.add(socket));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const impatient = { connectMs: 200, headersMs: 200, bodyMs: 200 };

/** Servers that never come to an end: bytes drip for ever. */
function dripping(start: string, drop: string): Server {
  return createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(start);
      const timer = setInterval(() => socket.write(drop), 10);
      socket.on('close', () => clearInterval(timer));
    });
  });
}

const endless: readonly (readonly [it: string, server: () => Server, is: string])[] = [
  ['headers that drip', () => dripping('HTTP/1.1 200 OK\r\n', 'X-A: b\r\n'), 'unreachable timeout manifest HEAD'],
  [
    'headers without end',
    () => dripping('HTTP/1.1 200 OK\r\n', `X-A: ${'b'.repeat(20_000)}\r\n`),
    'unreachable protocol manifest HEAD',
  ],
  ['silence', () => createTcpServer(() => undefined), 'unreachable timeout manifest HEAD'],
  ['nonsense', () => dripping('SSH-2.0-OpenSSH\r\n', 'x'), 'unreachable protocol manifest HEAD'],
];

for (const [it, server, is] of endless) {
  test(`${it}: ${is}, in time`, async () => {
    await using running = await listening(server());
    await using asked = client({ hosts: strictly({ scheme: 'http' }), timeouts: impatient });
    const start = performance.now();
    assert.equal(inWords(await asked.registry.resolve(question(`127.0.0.1:${running.port}`), soon())), is);
    assert.ok(performance.now() - start < 2000);
  });
}

const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${'a'.repeat(64)}` };

const bodies: readonly (readonly [it: string, drop: string, is: string])[] = [
  ['a body that drips', 'x', 'unreachable timeout manifest GET'],
  ['a body without end', 'x'.repeat(1_000_000), 'unsupported too-large manifest GET 200'],
];

for (const [it, drop, is] of bodies) {
  test(`${it}: ${is}, in time`, async () => {
    await using running = await listening(dripping('HTTP/1.1 200 OK\r\n\r\n', drop));
    await using asked = client({ hosts: strictly({ scheme: 'http' }), timeouts: impatient, bodyMs: 1000 });
    const start = performance.now();
    assert.equal(inWords(await asked.registry.manifest(question(`127.0.0.1:${running.port}`), descriptor, soon())), is);
    assert.ok(performance.now() - start < 4000);
  });
}

test('an abort ends the wait with its reason', async () => {
  await using running = await listening(createTcpServer(() => undefined));
  await using asked = client({ hosts: strictly({ scheme: 'http' }) });
  const controller = new AbortController();
  const answer = asked.registry.resolve(question(`127.0.0.1:${running.port}`), controller.signal);
  const reason = new DOMException('enough', 'AbortError');
  controller.abort(reason);
  await assert.rejects(answer, (error) => error === reason);
});

const proxies: readonly (readonly [it: string, listener: RequestListener, is: string])[] = [
  [
    'a proxy that wants a password',
    (_, response) => void response.writeHead(407).end(),
    'unreachable proxy manifest HEAD',
  ],
  [
    'a proxy that says 404 for the registry',
    (_, response) => void response.writeHead(404).end(),
    'not-found manifest HEAD 404',
  ],
];

for (const [it, listener, is] of proxies) {
  test(`${it}: ${is}`, async () => {
    await using running = await listening(createServer(listener));
    const proxy = { httpProxy: `http://127.0.0.1:${running.port}` };
    await using asked = client({ hosts: strictly({ scheme: 'http' }), proxy });
    assert.equal(inWords(await asked.registry.resolve(question('registry.test'), soon())), is);
  });
}

const tunnels: readonly (readonly [it: string, status: number | 'down', is: string])[] = [
  ['a proxy that makes no tunnel', 403, 'unreachable proxy manifest HEAD'],
  ['a proxy that is down', 'down', 'unreachable proxy manifest HEAD'],
];

for (const [it, status, is] of tunnels) {
  test(`${it}: ${is}`, async () => {
    const server = createServer().on('connect', (_, socket) => {
      socket.on('error', () => undefined);
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    });
    const running = await listening(server);
    if (status === 'down') await running[Symbol.asyncDispose]();
    const proxy = { httpsProxy: `http://127.0.0.1:${running.port}` };
    await using asked = client({ hosts: strictly({}), proxy });
    assert.equal(inWords(await asked.registry.resolve(question('registry.test'), soon())), is);
    if (status !== 'down') await running[Symbol.asyncDispose]();
  });
}

test('a proxy is not asked for a metadata service', async () => {
  const seen: unknown[] = [];
  await using running = await listening(createServer((request) => void seen.push(request.url)));
  const proxy = { httpProxy: `http://127.0.0.1:${running.port}` };
  await using asked = client({ hosts: strictly({ scheme: 'http' }), proxy });
  for (const host of ['169.254.169.254', '2852039166', 'metadata.google.internal']) {
    assert.equal(inWords(await asked.registry.resolve(question(host), soon())), 'not-asked address');
  }
  assert.deepEqual(seen, []);
});

test('exchanges and quotas are told of', async () => {
  const exchanged: Exchanged[] = [];
  const limits: unknown[] = [];
  const headers = { 'RateLimit-Limit': '100;w=21600', 'RateLimit-Remaining': '7;w=21600' };
  await using running = await startScript(
    publicRegistry({ rules: [{ match: {}, do: { serve: true, setHeaders: headers } }] }),
  );
  const host = String(running.symbols['registry']);
  await using asked = client({
    onExchange: (exchange) => void exchanged.push(exchange),
    onRateLimit: (of, limit) => void limits.push([of, limit]),
  });
  await asked.registry.resolve(question(host), soon());
  assert.deepEqual(
    exchanged.map(({ method, status, failure }) => [method, status ?? failure]),
    [
      ['HEAD', 'plain-http'],
      ['HEAD', 200],
    ],
  );
  assert.deepEqual(limits, [[host, { limit: 100, remaining: 7 }]]);
});

const plain: HttpRegistryOptions['hosts'] = async (registry) =>
  registryHosts(registry).map((host) => ({ ...host, scheme: 'http', httpFallback: false }));

/** A registry that answers HEAD with the headers of a manifest and then `body`, though HEAD has none. */
async function startTalkative(body: string): Promise<{ host: string; connections: () => number; server: Server }> {
  let connections = 0;
  const headers = [
    'HTTP/1.1 200 OK',
    'Content-Type: application/vnd.oci.image.manifest.v1+json',
    `Docker-Content-Digest: sha256:${'a'.repeat(64)}`,
    'Content-Length: 500',
  ];
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(`${headers.join('\r\n')}\r\n\r\n${body}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections, server };
}

for (const { it, body, most } of [
  { it: 'one that keeps to HEAD is asked over connections that are kept', body: '', most: 2 },
  { it: 'one that sends a body to HEAD is asked anew, and understood each time', body: '<html>', most: 20 },
]) {
  test(`of many questions, ${it}`, async (t) => {
    const { host, connections, server } = await startTalkative(body);
    t.after(() => server.close());
    await using asked = client({ hosts: plain });
    for (let count = 0; count < 5; count += 1) {
      assert.equal(inWords(await asked.registry.resolve(question(host, undefined, `v${count}`), soon())), 'found');
    }
    assert.ok(connections() <= most, `${connections()} connections`);
  });
}
