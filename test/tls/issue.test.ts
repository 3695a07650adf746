import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { connect, createServer, type ConnectionOptions } from 'node:tls';
import { isFor, expiresAt, isIssuedBy, isPair, joined, renewAt } from '../../src/tls/certificate.ts';
import { createAuthority, issueLeaf } from '../../src/tls/issue.ts';

const names = ['pullgate.pullgate.svc', 'pullgate.pullgate.svc.cluster.local', '127.0.0.1', '::1'];
const now = Date.now();
const day = 86_400_000;
const authority = await createAuthority({ now, lifetimeMs: 30 * day });
const leaf = await issueLeaf(authority, { now, lifetimeMs: 30 * day, names });

/** 'trusted', or the code of the handshake's error. */
async function handshake(options: ConnectionOptions): Promise<string> {
  const server = createServer(leaf, (socket) => socket.end());
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', ...options });
  const outcome = await Promise.race([
    once(socket, 'secureConnect').then(() => 'trusted'),
    once(socket, 'error').then(([error]) => String((error as NodeJS.ErrnoException).code)),
  ]).catch((error: NodeJS.ErrnoException) => String(error.code));
  socket.destroy();
  server.close();
  return outcome;
}

const clients = [
  { it: 'its service name', options: { ca: authority.cert, servername: 'pullgate.pullgate.svc' }, outcome: 'trusted' },
  { it: 'an address', options: { ca: authority.cert }, outcome: 'trusted' },
  {
    it: 'another name',
    options: { ca: authority.cert, servername: 'evil.pullgate.svc' },
    outcome: 'ERR_TLS_CERT_ALTNAME_INVALID',
  },
  { it: 'no CA', options: { servername: 'pullgate.pullgate.svc' }, outcome: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
];
for (const { it, options, outcome } of clients) {
  test(`a TLS client with ${it}: ${outcome}`, async () => assert.equal(await handshake(options), outcome));
}

test('the leaf is a server certificate of its CA, and no CA', () => {
  const parsed = new X509Certificate(leaf.cert);
  const ca = new X509Certificate(authority.cert);
  assert.ok(parsed.checkIssued(ca));
  assert.ok(parsed.verify(ca.publicKey));
  assert.ok(ca.verify(ca.publicKey));
  assert.equal(parsed.ca, false);
  assert.equal(ca.ca, true);
  assert.deepEqual(parsed.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  assert.equal(parsed.publicKey.asymmetricKeyType, 'ec');
  assert.ok(names.every((name) => parsed.subjectAltName?.includes(name.replace('::1', '0:0:0:0:0:0:0:1'))));
});

test('serial numbers differ, and are positive', async () => {
  const other = await issueLeaf(authority, { now, lifetimeMs: day, names });
  const serials = [leaf.cert, other.cert].map((cert) => new X509Certificate(cert).serialNumber);
  assert.notEqual(serials[0], serials[1]);
  assert.ok(serials.every((serial) => /^[4-7][0-9A-F]{31}$/.test(serial)));
});

test('a certificate says when it ends, and when it wants a successor', () => {
  assert.equal(Math.floor(expiresAt(leaf.cert) / 1000), Math.floor((now + 30 * day) / 1000));
  assert.ok(Math.abs(renewAt(leaf.cert) - (now + 20 * day)) < day);
});

test('pairs, names and issuers are told from others', async () => {
  const other = await createAuthority({ now, lifetimeMs: day });
  const stranger = await issueLeaf(other, { now, lifetimeMs: day, names });
  assert.ok(isPair(leaf));
  assert.ok(!isPair({ key: stranger.key, cert: leaf.cert }));
  assert.ok(!isPair({ key: '', cert: 'rubbish' }));
  assert.ok(isFor(leaf.cert, names));
  assert.ok(!isFor(leaf.cert, [...names, 'more.test']));
  assert.ok(!isFor(leaf.cert, ['127.0.0.2']));
  assert.ok(isIssuedBy(leaf.cert, other.cert + authority.cert));
  assert.ok(!isIssuedBy(leaf.cert, other.cert));
});

test('a bundle holds each living CA once', async () => {
  const old = await createAuthority({ now: now - 2 * day, lifetimeMs: day });
  assert.equal(joined([authority.cert, `# a comment\n${authority.cert}${old.cert}`, 'rubbish'], now), authority.cert);
});
