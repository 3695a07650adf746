import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { connect, createServer, type ConnectionOptions } from 'node:tls';
import { coversNames, expiresAt, isIssuedBy, isPair, joined, renewAt } from '../../src/tls/certificate.ts';
import { createAuthority, issueLeaf } from '../../src/tls/issue.ts';

const names = ['pullgate.pullgate.svc', 'pullgate.pullgate.svc.cluster.local', '127.0.0.1', '::1'];
const now = Date.now();
const day = 86_400_000;
const authority = await createAuthority({ now, lifetimeMs: 30 * day });
const leaf = await issueLeaf(authority, { now, lifetimeMs: 30 * day, names });

/** 'trusted', or the error code of the handshake. */
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
  {
    title: 'its service name',
    options: { ca: authority.cert, servername: 'pullgate.pullgate.svc' },
    outcome: 'trusted',
  },
  { title: 'its address', options: { ca: authority.cert }, outcome: 'trusted' },
  {
    title: 'another name',
    options: { ca: authority.cert, servername: 'evil.pullgate.svc' },
    outcome: 'ERR_TLS_CERT_ALTNAME_INVALID',
  },
  {
    title: 'its service name, but without the CA',
    options: { servername: 'pullgate.pullgate.svc' },
    outcome: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  },
];
describe('issueLeaf', () => {
  for (const { title, options, outcome } of clients) {
    test(`a TLS client that connects to ${title} gets ${outcome}`, async () =>
      assert.equal(await handshake(options), outcome));
  }

  test('the leaf is a server certificate, signed by the CA', () => {
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

  test('serial numbers are different and positive', async () => {
    const other = await issueLeaf(authority, { now, lifetimeMs: day, names });
    const serials = [leaf.cert, other.cert].map((cert) => new X509Certificate(cert).serialNumber);
    assert.notEqual(serials[0], serials[1]);
    assert.ok(serials.every((serial) => /^[4-7][0-9A-F]{31}$/.test(serial)));
  });
});

describe('certificates', () => {
  test('expiresAt and renewAt read the validity of a certificate', () => {
    assert.equal(Math.floor(expiresAt(leaf.cert) / 1000), Math.floor((now + 30 * day) / 1000));
    assert.ok(Math.abs(renewAt(leaf.cert) - (now + 20 * day)) < day);
  });

  test('isPair, coversNames and isIssuedBy reject other keys, names and issuers', async () => {
    const other = await createAuthority({ now, lifetimeMs: day });
    const foreign = await issueLeaf(other, { now, lifetimeMs: day, names });
    assert.ok(isPair(leaf));
    assert.ok(!isPair({ key: foreign.key, cert: leaf.cert }));
    assert.ok(!isPair({ key: '', cert: 'rubbish' }));
    assert.ok(coversNames(leaf.cert, names));
    assert.ok(!coversNames(leaf.cert, [...names, 'more.test']));
    assert.ok(!coversNames(leaf.cert, ['127.0.0.2']));
    assert.ok(isIssuedBy(leaf.cert, other.cert + authority.cert));
    assert.ok(!isIssuedBy(leaf.cert, other.cert));
  });

  test('joined contains each CA that has not expired once', async () => {
    const old = await createAuthority({ now: now - 2 * day, lifetimeMs: day });
    assert.equal(joined([authority.cert, `# a comment\n${authority.cert}${old.cert}`, 'rubbish'], now), authority.cert);
  });
});
