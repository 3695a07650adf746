import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, test } from 'node:test';
import type { HttpRegistryOptions } from '../../../src/registry/http-registry.ts';
import type { Exchanged } from '../../../src/registry/network/observed-send.ts';
import { caFile } from '../../support/certificates.ts';
import { publicRegistry } from '../../support/registries.ts';
import { startScript } from '../../support/scripted-registry/start.ts';
import { client, inWords, question, soon } from '../client.ts';
import { strictHosts } from './servers.ts';

const certificates = [
  { name: 'a certificate of a trusted CA', certificate: 'trusted', trusted: true, expected: 'found' },
  {
    name: 'a certificate of an unknown CA',
    certificate: 'trusted',
    trusted: false,
    expected: 'unreachable tls-untrusted manifest HEAD',
  },
  {
    name: 'a self-signed certificate',
    certificate: 'self-signed',
    trusted: true,
    expected: 'unreachable tls-untrusted manifest HEAD',
  },
  {
    name: 'an expired certificate',
    certificate: 'expired',
    trusted: true,
    expected: 'unreachable tls-expired manifest HEAD',
  },
  {
    name: 'a certificate for another host',
    certificate: 'wrong-host',
    trusted: true,
    expected: 'unreachable tls-wrong-host manifest HEAD',
  },
] as const;

describe('resolve over TLS, with the CA from a file or from the config', () => {
  for (const { name, certificate, trusted, expected } of certificates) {
    test(`${name}: ${expected}`, async () => {
      await using running = await startScript(publicRegistry({ listen: 'https', certificate }));
      const path = await caFile();
      const text = await readFile(path, 'utf8');
      await using withFile = client({ hosts: strictHosts(trusted ? { ca: [path] } : {}) });
      await using withConfig = client({ hosts: strictHosts(), caFor: () => (trusted ? [text] : []) });
      const about = question(String(running.symbols['registry']));
      assert.equal(inWords(await withFile.registry.resolve(about, soon())), expected);
      assert.equal(inWords(await withConfig.registry.resolve(about, soon())), expected);
    });
  }
});

interface HostCase {
  readonly name: string;
  /** Whether the registry uses https. */
  readonly https: boolean;
  readonly options: (host: string) => Partial<HttpRegistryOptions>;
  readonly expected: string;
}

const hostCases: readonly HostCase[] = [
  {
    name: 'a request with https to a registry with http',
    https: false,
    options: () => ({ hosts: strictHosts() }),
    expected: 'unreachable plain-http manifest HEAD',
  },
  {
    name: 'a request with http to a registry with https',
    https: true,
    options: () => ({ hosts: strictHosts({ scheme: 'http' }) }),
    expected: 'unreachable protocol manifest HEAD 400',
  },
  {
    name: 'a missing CA file',
    https: true,
    options: () => ({ hosts: strictHosts({ ca: ['/nowhere/ca.pem'] }) }),
    expected: 'unreachable tls-untrusted manifest HEAD',
  },
  {
    name: 'a hosts.toml that the container runtime cannot use',
    https: true,
    options: () => ({ hosts: async () => undefined }),
    expected: 'unreachable tls-untrusted manifest HEAD',
  },
  {
    name: 'a hosts.toml without a host to contact',
    https: true,
    options: () => ({ hosts: async () => [] }),
    expected: 'unreachable protocol manifest HEAD',
  },
  {
    name: 'an insecure registry with https',
    https: true,
    options: (host) => ({ hosts: strictHosts(), insecureRegistries: [host] }),
    expected: 'found',
  },
  {
    name: 'an insecure registry with http',
    https: false,
    options: (host) => ({ hosts: strictHosts(), insecureRegistries: [host] }),
    expected: 'found',
  },
];

describe('resolve at a configured host', () => {
  for (const { name, https, options, expected } of hostCases) {
    test(`${name}: ${expected}`, async () => {
      await using running = await startScript(publicRegistry(https ? { listen: 'https' } : {}));
      const registry = String(running.symbols['registry']);
      await using asked = client(options(registry));
      assert.equal(inWords(await asked.registry.resolve(question(registry), soon())), expected);
    });
  }
});

test('the observer receives each exchange and each quota', async () => {
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

/** A registry that responds to HEAD with the headers of a manifest and then `body`, although HEAD has no body. */
async function startWithBody(body: string): Promise<{ host: string; connections: () => number; server: Server }> {
  let connections = 0;
  const headers = [
    'HTTP/1.1 200 OK',
    'Content-Type: application/vnd.oci.image.manifest.v1+json',
    `Docker-Content-Digest: sha256:${'a'.repeat(64)}`,
    'Content-Length: 500',
  ];
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(`${headers.join('\r\n')}\r\n\r\n${body}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections, server };
}

describe('several requests to the same registry', () => {
  for (const { name, body, most } of [
    { name: 'reuse connections', body: '', most: 2 },
    { name: 'succeed even if the registry sends a body after HEAD', body: '<html>', most: 20 },
  ]) {
    test(name, async (t) => {
      const { host, connections, server } = await startWithBody(body);
      t.after(() => server.close());
      await using asked = client({ hosts: strictHosts({ scheme: 'http' }) });
      for (let count = 0; count < 5; count += 1) {
        assert.equal(inWords(await asked.registry.resolve(question(host, undefined, `v${count}`), soon())), 'found');
      }
      assert.ok(connections() <= most, `${connections()} connections`);
    });
  }
});
