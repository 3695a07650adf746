import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { registryHosts } from '../../src/engine/hosts/registry-hosts.ts';
import { tlsIdentity } from '../support/certificates.ts';
import { client, question, soon } from './client.ts';

/** An https server that requests a client certificate, and records for each request whether the client sent one. */
async function startServer(answer: RequestListener) {
  const certificates: boolean[] = [];
  const options = { ...(await tlsIdentity('trusted')), requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, (request, response) => {
    const { socket } = request;
    certificates.push(socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    certificates,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

let folder = '';
const pem = (): string => join(folder, 'client.pem');

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pullgate-client-'));
  const { cert, key } = await tlsIdentity('trusted');
  await writeFile(pem(), `${cert}${key}`);
});

after(() => rm(folder, { recursive: true }));

const cases = [
  {
    name: 'the target of a redirect',
    response: (other: string) => ({ status: 307, headers: { Location: `https://${other}/` } }),
  },
  {
    name: 'a foreign realm',
    response: (other: string) => ({
      status: 401,
      headers: { 'WWW-Authenticate': `Bearer realm="https://${other.replace('127.0.0.1', 'localhost')}/token"` },
    }),
  },
];

for (const { name, response } of cases) {
  test(`the client certificate is sent to its host, but not to ${name}`, async () => {
    await using other = await startServer((_, reply) => reply.writeHead(404).end());
    const { status, headers } = response(other.host);
    await using own = await startServer((_, reply) => reply.writeHead(status, headers).end());
    await using asked = client({
      hosts: async (registry) => registryHosts(registry, [{ skipVerify: true, client: [[pem(), '']] }]),
    });
    await asked.registry.resolve(question(own.host), soon());
    assert.ok(own.certificates.length > 0 && own.certificates.every(Boolean));
    assert.ok(other.certificates.length > 0 && !other.certificates.some(Boolean));
  });
}
