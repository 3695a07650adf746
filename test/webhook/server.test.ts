import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { watchEventLoopLag } from '../../src/webhook/event-loop-lag.ts';
import { bodyLimit } from '../../src/webhook/listener.ts';
import { caCertificate, tlsIdentity } from '../support/certificates.ts';
import { allowed, ask, clientAgent, replaceable, reviewText, startLoad, startStand, type Asking } from './stand.ts';

const json = { 'Content-Type': 'application/json' };

const requests: readonly {
  readonly it: string;
  readonly body?: string;
  readonly asking?: Asking;
  readonly status: number;
  readonly text: RegExp;
}[] = [
  { it: 'answers a review', status: 200, text: /"uid":"u1","allowed":true/ },
  {
    it: 'answers a review with a charset',
    asking: { headers: { 'Content-Type': 'application/json; charset=utf-8' } },
    status: 200,
    text: /"allowed":true/,
  },
  { it: 'F10: answers without a timeout', asking: { path: '/validate' }, status: 200, text: /"allowed":true/ },
  {
    it: 'F4: refuses another Content-Type',
    asking: { headers: { 'Content-Type': 'text/plain' } },
    status: 415,
    text: /Content-Type/,
  },
  { it: 'F4: refuses none', asking: { headers: {} }, status: 415, text: /Content-Type/ },
  { it: 'F5: refuses 8 MiB and a byte', body: ' '.repeat(bodyLimit + 1), status: 413, text: /over 8388608 bytes/ },
  {
    it: 'F5: refuses it without a Content-Length too',
    body: ' '.repeat(bodyLimit + 1),
    asking: { headers: { ...json, 'Transfer-Encoding': 'chunked' } },
    status: 413,
    text: /over 8388608 bytes/,
  },
  { it: 'F5: takes 8 MiB', body: reviewText().padEnd(bodyLimit), status: 200, text: /"allowed":true/ },
  { it: 'F2: says why a body is no review', body: '{}', status: 400, text: /required property/ },
  { it: 'refuses GET', asking: { method: 'GET' }, status: 405, text: /POST/ },
  { it: 'is alive', asking: { path: '/healthz', method: 'GET' }, status: 200, text: /ok/ },
  { it: 'has metrics', asking: { path: '/metrics', method: 'GET' }, status: 200, text: /pullgate_up/ },
  { it: 'knows no other path', asking: { path: '/validatex' }, status: 404, text: /not found/ },
];

for (const { it, body = reviewText(), asking, status, text } of requests) {
  test(it, async (t) => {
    const { port } = await startStand(t);
    const agent = await clientAgent(t);
    const reply = await ask(agent, port, asking?.method === 'GET' ? '' : body, asking);
    assert.equal(reply.status, status);
    assert.match(reply.text, text);
    assert.equal(reply.headers['retry-after'], undefined);
    assert.equal((await ask(agent, port, reviewText())).status, 200, 'the server is healthy afterwards');
  });
}

async function rawSocket(t: TestContext, port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: await caCertificate(), ...options });
  t.after(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** What the server says until it closes the connection. */
async function untilClosed(socket: TLSSocket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

test('F6: outlives a body that breaks off', { timeout: 10_000 }, async (t) => {
  const { port, heard } = await startStand(t);
  const socket = await rawSocket(t, port);
  socket.write(
    'POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"',
  );
  await wait(20);
  socket.destroy();
  while (heard.length === 0) await wait(5);
  assert.deepEqual(heard, ['refused 400 the body broke off']);
  assert.equal((await ask(await clientAgent(t), port, reviewText())).status, 200);
});

const slow = [
  { it: 'F7: ends slow headers', text: 'POST /validate HTTP/1.1\r\nHost: a\r\n' },
  {
    it: 'F7: ends a slow body',
    text: 'POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  },
];

for (const { it, text } of slow) {
  test(it, { timeout: 10_000 }, async (t) => {
    const { port } = await startStand(t, { headersTimeoutMs: 100, requestTimeoutMs: 200 });
    const socket = await rawSocket(t, port);
    socket.write(text);
    assert.match(await untilClosed(socket), /^HTTP\/1\.1 408/);
    assert.equal((await ask(await clientAgent(t), port, reviewText())).status, 200);
  });
}

test('F20: keeps idle connections for longer than the API server', async (t) => {
  const { server, port } = await startStand(t);
  const agent = await clientAgent(t);
  const { headers } = await ask(agent, port, reviewText());
  assert.equal(headers['keep-alive'], 'timeout=120');
  assert.ok(server.keepAliveTimeout > 90_000);
});

test('F23: takes many new connections', { timeout: 30_000 }, async (t) => {
  const { port } = await startStand(t);
  const agent = await clientAgent(t, { keepAlive: false, maxSockets: 50 });
  const replies = await Promise.all(Array.from({ length: 200 }, () => ask(agent, port, reviewText())));
  assert.ok(replies.every(({ status }) => status === 200));
});

test('F22: takes up a new certificate under load without a failed call', { timeout: 20_000 }, async (t) => {
  const certificates = await replaceable();
  const { port, heard } = await startStand(t, { certificates });
  const load = startLoad(await clientAgent(t), port);
  await load.answers(20);
  const next = await tlsIdentity('self-signed');
  certificates.replace(next);
  const fresh = await rawSocket(t, port, { ca: next.cert });
  assert.ok(fresh.authorized);
  certificates.replace({ key: 'no key', cert: 'no certificate' });
  const kept = await rawSocket(t, port, { ca: next.cert });
  assert.ok(kept.authorized, 'a broken pair does not replace a good one');
  await load.answers(20);
  assert.deepEqual(await load.stop(), []);
  assert.equal(heard.filter((line) => line.startsWith('failed')).length, 1);
});

test('F75: is honest about what waited while the event loop was blocked', { timeout: 20_000 }, async (t) => {
  const lag = watchEventLoopLag();
  t.after(() => lag.stop());
  const { port } = await startStand(t, { lagMs: () => lag.lagMs() });
  const socket = await rawSocket(t, port);
  const body = reviewText();
  socket.write(
    `POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  await new Promise((resolve) => setImmediate(resolve));
  const until = performance.now() + 800;
  while (performance.now() < until);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.match(answer.toString(), /not checked: overload/);
  await wait(250);
  assert.doesNotMatch((await ask(await clientAgent(t), port, body)).text, /not checked/);
});

test('resumes no TLS session', async (t) => {
  const { port } = await startStand(t, { minVersion: '1.2' });
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

test('speaks TLS 1.2 only where it is told to', async (t) => {
  const { port } = await startStand(t);
  await assert.rejects(rawSocket(t, port, { maxVersion: 'TLSv1.2' }));
  const older = await startStand(t, { minVersion: '1.2' });
  assert.equal((await rawSocket(t, older.port, { maxVersion: 'TLSv1.2' })).getProtocol(), 'TLSv1.2');
});

const clients = [
  { it: 'asks /validate for the client certificate', identity: undefined, path: '/validate', status: 403 },
  { it: 'asks nobody else for one', identity: undefined, path: '/', status: 404 },
  { it: 'takes the client certificate with the right name', identity: 'trusted', path: '/validate', status: 200 },
  { it: 'refuses one of another authority', identity: 'self-signed', path: '/validate', status: 403 },
  { it: 'refuses one with another name', identity: 'trusted', path: '/validate', name: 'kube-apiserver', status: 403 },
] as const;

for (const { it, identity, path, status, ...rest } of clients) {
  test(it, async (t) => {
    const name = 'name' in rest ? rest.name : 'Scripted Test Server';
    const { port } = await startStand(t, { client: { ca: await caCertificate(), name } });
    const agent = await clientAgent(t, identity === undefined ? {} : await tlsIdentity(identity));
    const answers = [await ask(agent, port, reviewText(), { path }), await ask(agent, port, reviewText(), { path })];
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [status, status],
    );
  });
}

test('hides the cause of a failure', async (t) => {
  const { port, heard } = await startStand(t, {
    checks: [
      {
        name: 'broken',
        required: true,
        problem: () => {
          throw new Error('secret cause');
        },
      },
    ],
  });
  const reply = await ask(await clientAgent(t), port, '', { path: '/readyz', method: 'GET' });
  assert.deepEqual([reply.status, reply.text, heard], [500, 'failed\n', ['failed secret cause']]);
});

test('a slow review does not hold up the others', { timeout: 10_000 }, async (t) => {
  const { port } = await startStand(t, {
    review: async ({ uid }, signal) => {
      if (uid === 'slow') await once(signal, 'abort');
      return allowed;
    },
  });
  const agent = await clientAgent(t);
  const slowOne = ask(agent, port, reviewText({ uid: 'slow' }), { path: '/validate?timeout=600ms' });
  assert.equal((await ask(agent, port, reviewText())).status, 200);
  assert.equal((await slowOne).status, 200);
});
