import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { watchEventLoopLag } from '../../src/webhook/event-loop-lag.ts';
import { bodyLimit } from '../../src/webhook/memory.ts';
import {
  allowed,
  clientAgent,
  rawSocket,
  reviewText,
  send,
  startTestServer,
  type RequestOptions,
} from './test-server.ts';

const json = { 'Content-Type': 'application/json' };

const requests: readonly {
  readonly it: string;
  readonly body?: string;
  readonly options?: RequestOptions;
  readonly status: number;
  readonly text: RegExp;
}[] = [
  { it: 'answers a review', status: 200, text: /"uid":"u1","allowed":true/ },
  {
    it: 'accepts a Content-Type with a charset',
    options: { headers: { 'Content-Type': 'application/json; charset=utf-8' } },
    status: 200,
    text: /"allowed":true/,
  },
  {
    it: 'F10: answers a request without a timeout',
    options: { path: '/validate' },
    status: 200,
    text: /"allowed":true/,
  },
  {
    it: 'F4: rejects another Content-Type',
    options: { headers: { 'Content-Type': 'text/plain' } },
    status: 415,
    text: /Content-Type/,
  },
  { it: 'F4: rejects a missing Content-Type', options: { headers: {} }, status: 415, text: /Content-Type/ },
  {
    it: 'F5: rejects a body of 28 MiB and one byte',
    body: ' '.repeat(bodyLimit + 1),
    status: 413,
    text: /larger than 29360128 bytes/,
  },
  {
    it: 'F5: rejects such a body without a Content-Length',
    body: ' '.repeat(bodyLimit + 1),
    options: { headers: { ...json, 'Transfer-Encoding': 'chunked' } },
    status: 413,
    text: /larger than 29360128 bytes/,
  },
  { it: 'F5: accepts a body of 28 MiB', body: reviewText().padEnd(bodyLimit), status: 200, text: /"allowed":true/ },
  { it: 'F2: explains why a body is not an AdmissionReview', body: '{}', status: 400, text: /required property/ },
  { it: 'rejects GET', options: { method: 'GET' }, status: 405, text: /POST/ },
  { it: 'answers /healthz', options: { path: '/healthz', method: 'GET' }, status: 200, text: /ok/ },
  { it: 'answers /metrics', options: { path: '/metrics', method: 'GET' }, status: 200, text: /pullgate_up/ },
  { it: 'answers 404 for other paths', options: { path: '/validatex' }, status: 404, text: /not found/ },
];

/** Returns what the server sends until it closes the connection. */
async function untilClosed(socket: TLSSocket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

const slow = [
  { it: 'F7: closes a connection with slow headers', text: 'POST /validate HTTP/1.1\r\nHost: a\r\n' },
  {
    it: 'F7: closes a connection with a slow body',
    text: 'POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  },
];

/** How long the event loop is blocked, in ms. A review with a timeout of 1 s has 750 ms. */
const blockedMs = 1_000;

const blocked = [
  { it: 'answers a request that waited longer than its deadline as not checked', timeout: '1s', skipped: 'overload' },
  { it: 'reviews a request that has time left after its wait', timeout: '10s', skipped: undefined },
] as const;

describe('the webhook server', () => {
  for (const { it, body = reviewText(), options, status, text } of requests) {
    test(it, async (t) => {
      const { port } = await startTestServer(t);
      const agent = await clientAgent(t);
      const reply = await send(agent, port, options?.method === 'GET' ? '' : body, options);
      assert.equal(reply.status, status);
      assert.match(reply.text, text);
      assert.equal(reply.headers['retry-after'], undefined);
      assert.equal((await send(agent, port, reviewText())).status, 200, 'the server still works');
    });
  }

  test('F6: survives a connection that closes in the middle of a body', { timeout: 120_000 }, async (t) => {
    const { port, events } = await startTestServer(t);
    const socket = await rawSocket(t, port);
    socket.write(
      'POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"',
    );
    await wait(20);
    socket.destroy();
    while (events.length === 0) await wait(5);
    assert.deepEqual(events, ['rejected 400 the body is incomplete']);
    assert.equal((await send(await clientAgent(t), port, reviewText())).status, 200);
  });

  for (const { it, text } of slow) {
    test(it, { timeout: 120_000 }, async (t) => {
      const { port } = await startTestServer(t, { headersTimeoutMs: 100, requestTimeoutMs: 200 });
      const socket = await rawSocket(t, port);
      socket.write(text);
      assert.match(await untilClosed(socket), /^HTTP\/1\.1 408/);
      assert.equal((await send(await clientAgent(t), port, reviewText())).status, 200);
    });
  }

  test('F20: keeps idle connections open for longer than the API server', async (t) => {
    const { server, port } = await startTestServer(t);
    const agent = await clientAgent(t);
    const { headers } = await send(agent, port, reviewText());
    assert.equal(headers['keep-alive'], 'timeout=120');
    assert.ok(server.keepAliveTimeout > 90_000);
  });

  test('F23: accepts many new connections', { timeout: 120_000 }, async (t) => {
    const { port } = await startTestServer(t);
    const agent = await clientAgent(t, { keepAlive: false, maxSockets: 50 });
    const replies = await Promise.all(Array.from({ length: 200 }, () => send(agent, port, reviewText())));
    assert.ok(replies.every(({ status }) => status === 200));
  });

  for (const { it, timeout, skipped } of blocked) {
    test(`F75: ${it}`, { timeout: 120_000 }, async (t) => {
      const lag = watchEventLoopLag();
      t.after(() => lag.stop());
      const { port, events } = await startTestServer(t, { lag });
      const socket = await rawSocket(t, port);
      const body = reviewText();
      socket.write(
        `POST /validate?timeout=${timeout} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${body.length}\r\n\r\n${body}`,
      );
      const until = performance.now() + blockedMs;
      while (performance.now() < until);
      await once(socket, 'data');
      assert.deepEqual(events, [`decided u1 ${skipped ?? 'reviewed'}`]);
    });
  }

  test('does not send the cause of a failure', async (t) => {
    const { port, events } = await startTestServer(t, {
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
    const reply = await send(await clientAgent(t), port, '', { path: '/readyz', method: 'GET' });
    assert.deepEqual([reply.status, reply.text, events], [500, 'internal error\n', ['failed secret cause']]);
  });

  test('answers other reviews during a slow review', { timeout: 120_000 }, async (t) => {
    const { port } = await startTestServer(t, {
      review: async ({ uid }, signal) => {
        if (uid === 'slow') await once(signal, 'abort');
        return allowed;
      },
    });
    const agent = await clientAgent(t);
    const slowOne = send(agent, port, reviewText({ uid: 'slow' }), { path: '/validate?timeout=600ms' });
    assert.equal((await send(agent, port, reviewText())).status, 200);
    assert.equal((await slowOne).status, 200);
  });
});
