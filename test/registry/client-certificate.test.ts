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

/** A host of https that asks its clients for a certificate, and tells whether they showed one. */
async function asking(answer: RequestListener) {
  const shown: boolean[] = [];
  const options = { ...(await tlsIdentity('trusted')), requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, (request, response) => {
    const { socket } = request;
    shown.push(socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    shown,
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

const ways = [
  {
    it: 'who is redirected to',
    lead: (other: string) => ({ status: 307, headers: { Location: `https://${other}/` } }),
  },
  {
    it: 'a realm of somebody else',
    lead: (other: string) => ({
      status: 401,
      headers: { 'WWW-Authenticate': `Bearer realm="https://${other.replace('127.0.0.1', 'localhost')}/token"` },
    }),
  },
];

for (const { it, lead } of ways) {
  test(`a client certificate is shown to its host, and not to ${it}`, async () => {
    await using other = await asking((_, response) => response.writeHead(404).end());
    const { status, headers } = lead(other.host);
    await using own = await asking((_, response) => response.writeHead(status, headers).end());
    await using asked = client({
      hosts: async (registry) => registryHosts(registry, [{ skipVerify: true, client: [[pem(), '']] }]),
    });
    await asked.registry.resolve(question(own.host), soon());
    assert.ok(own.shown.length > 0 && own.shown.every(Boolean));
    assert.ok(other.shown.length > 0 && !other.shown.some(Boolean));
  });
}
