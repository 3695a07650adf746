import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { connect } from 'node:tls';
import { caCertificate, tlsIdentity } from '../support/certificates.ts';
import { startLoad } from './load.ts';
import { clientAgent, rawSocket, replaceable, reviewText, send, startTestServer } from './test-server.ts';

const clients = [
  { it: 'rejects /validate without a client certificate', identity: undefined, path: '/validate', status: 403 },
  { it: 'does not require a client certificate for other paths', identity: undefined, path: '/', status: 404 },
  { it: 'accepts a client certificate with the right name', identity: 'trusted', path: '/validate', status: 200 },
  { it: 'rejects a client certificate of another authority', identity: 'self-signed', path: '/validate', status: 403 },
  {
    it: 'rejects a client certificate with another name',
    identity: 'trusted',
    path: '/validate',
    name: 'kube-apiserver',
    status: 403,
  },
] as const;

describe('TLS of the webhook server', () => {
  test('F22: uses a new certificate under load without a failed request', { timeout: 120_000 }, async (t) => {
    const certificates = await replaceable();
    const { port, events } = await startTestServer(t, { certificates });
    const load = startLoad(await clientAgent(t), port);
    await load.responses(20);
    const next = await tlsIdentity('self-signed');
    certificates.replace(next);
    const fresh = await rawSocket(t, port, { ca: next.cert });
    assert.ok(fresh.authorized);
    certificates.replace({ key: 'no key', cert: 'no certificate' });
    const kept = await rawSocket(t, port, { ca: next.cert });
    assert.ok(kept.authorized, 'an invalid certificate does not replace a valid one');
    await load.responses(20);
    assert.deepEqual(await load.stop(), []);
    assert.equal(events.filter((line) => line.startsWith('failed')).length, 1);
  });

  test('does not resume TLS sessions', async (t) => {
    const { port } = await startTestServer(t, { minVersion: '1.2' });
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const first = connect({ host: '127.0.0.1', port, ca: await caCertificate(), maxVersion });
      t.after(() => first.destroy());
      let session: Buffer | undefined;
      first.on('session', (ticket) => (session = ticket));
      await once(first, 'secureConnect');
      first.end('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').resume();
      await once(first, 'close');
      const second = await rawSocket(t, port, { maxVersion, ...(session === undefined ? {} : { session }) });
      assert.equal(second.isSessionReused(), false, maxVersion);
    }
  });

  test('accepts TLS 1.2 only if it is configured', async (t) => {
    const { port } = await startTestServer(t);
    await assert.rejects(rawSocket(t, port, { maxVersion: 'TLSv1.2' }));
    const older = await startTestServer(t, { minVersion: '1.2' });
    assert.equal((await rawSocket(t, older.port, { maxVersion: 'TLSv1.2' })).getProtocol(), 'TLSv1.2');
  });

  for (const { it, identity, path, status, ...rest } of clients) {
    test(it, async (t) => {
      const name = 'name' in rest ? rest.name : 'Scripted Test Server';
      const { port } = await startTestServer(t, { client: { ca: await caCertificate(), name } });
      const agent = await clientAgent(t, identity === undefined ? {} : await tlsIdentity(identity));
      const answers = [
        await send(agent, port, reviewText(), { path }),
        await send(agent, port, reviewText(), { path }),
      ];
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [status, status],
      );
    });
  }
});
