import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServer, type TLSSocket } from 'node:tls';
import { tlsIdentity } from '../support/certificates.ts';
import { listenOnLoopback, type OnLoopback } from '../support/loopback.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { manifestHeaders } from '../support/registries.ts';
import { assertHealthy } from './support/healthy.ts';
import { kindsIn } from './support/kinds-in.ts';
import { stretched } from '../support/stretched.ts';

/** Responds to one request with any bytes. */
type Respond = (socket: TLSSocket, method: string) => void;

/**
 * Starts a TLS server that sends raw bytes. Loopback registries are first tried with TLS, without checking the
 * certificate.
 */
async function startRawServer(respond: Respond): Promise<OnLoopback> {
  const server = createServer(await tlsIdentity('trusted'), (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => respond(socket, data.toString('latin1').split(' ', 1).join('')));
  });
  return listenOnLoopback(server);
}

const type = `content-type: ${manifestHeaders['content-type']}\r\n`;
/** The reply to a HEAD without digest and length, so that the client reads the manifest. */
const headWithoutDigest = `HTTP/1.1 200 OK\r\n${type}\r\n`;

/** Responds to HEAD with `head`, and to GET with `get`. */
function byMethod(head: string, get: (socket: TLSSocket) => void): Respond {
  return (socket, method) => {
    if (method === 'HEAD') socket.write(head);
    else get(socket);
  };
}

/** Sends `text` repeatedly: without a pause, or every `pauseMs` milliseconds. */
function endlessly(socket: TLSSocket, text: string, pauseMs: number): void {
  if (pauseMs > 0) {
    const timer = setInterval(() => socket.write(text), pauseMs);
    socket.on('close', () => clearInterval(timer));
    return;
  }
  const pour = (): void => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', pour);
  pour();
}

function chunk(size: number): string {
  return `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`;
}

interface Case {
  readonly it: string;
  readonly respond: Respond;
  readonly allowed: boolean;
  readonly findings: readonly string[];
}

const chunked = `HTTP/1.1 200 OK\r\n${type}transfer-encoding: chunked\r\n\r\n`;

const cases: readonly Case[] = [
  {
    it: 'F40 headers that arrive byte by byte give a warning',
    respond: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      // One byte every 100 ms: no pause is longer than the headers timeout of this test, 500 ms.
      endlessly(socket, 'x', 100);
    },
    allowed: true,
    findings: ['registry-unreachable: timeout'],
  },
  {
    it: 'F41 an endless manifest is too large for any container runtime',
    respond: byMethod(headWithoutDigest, (socket) => {
      socket.write(chunked);
      endlessly(socket, chunk(65_536), 0);
    }),
    allowed: false,
    findings: ['unsupported-manifest: too-large'],
  },
  {
    it: 'F41 a manifest that arrives byte by byte ends at the deadline',
    respond: byMethod(headWithoutDigest, (socket) => {
      socket.write(chunked);
      endlessly(socket, chunk(1), 100);
    }),
    allowed: true,
    findings: ['not-checked: deadline'],
  },
  {
    it: 'F41 a 404 with an endless body is no answer of a registry',
    respond: byMethod('HTTP/1.1 404 Not Found\r\n\r\n', (socket) => {
      socket.write('HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n');
      endlessly(socket, chunk(65_536), 0);
    }),
    allowed: true,
    findings: ['registry-unreachable: web-page'],
  },
  {
    it: 'F42 a body shorter than its Content-Length gives a warning',
    respond: byMethod(headWithoutDigest, (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\n${type}content-length: 1000\r\n\r\n{}`),
    ),
    allowed: true,
    findings: ['registry-unreachable: reset'],
  },
  {
    it: 'F42 two different Content-Lengths give a warning',
    respond: (socket) => socket.write(`HTTP/1.1 200 OK\r\n${type}content-length: 1\r\ncontent-length: 2\r\n\r\n`),
    allowed: true,
    findings: ['registry-unreachable: protocol'],
  },
  {
    it: 'F42 invalid chunks give a warning',
    respond: byMethod(headWithoutDigest, (socket) => socket.write(`${chunked}no number\r\nnor a chunk\r\n`)),
    allowed: true,
    findings: ['registry-unreachable: protocol'],
  },
  {
    it: 'F42 1 MB of headers give a warning',
    respond: (socket) => socket.write(`HTTP/1.1 200 OK\r\nx-large: ${'x'.repeat(1_000_000)}\r\n\r\n`),
    allowed: true,
    findings: ['registry-unreachable: protocol'],
  },
  {
    it: 'F42 an answer that is not HTTP gives a warning',
    respond: (socket) => socket.write('220 mail.example.test ESMTP\r\n'),
    allowed: true,
    findings: ['registry-unreachable: protocol'],
  },
];

for (const { it, respond, allowed, findings: expected } of cases) {
  test(it, async () => {
    await using registry = await startRawServer(respond);
    await using pullgate = await startPullgate({ client: { connectTimeout: '500ms', headersTimeout: '500ms' } });
    const before = process.memoryUsage().rss;
    const answer = await pullgate.review(deployment([`${registry.host}/team/app:v1`]), { query: '?timeout=2s' });
    assert.deepEqual([answer.status, answer.allowed, kindsIn(answer)], [200, allowed, expected], answer.text);
    assert.ok(answer.ms < stretched(2_000), `${answer.ms} ms`);
    assert.ok(process.memoryUsage().rss - before < 128 * 2 ** 20, 'the body is not kept in memory');
    await assertHealthy(pullgate);
  });
}
