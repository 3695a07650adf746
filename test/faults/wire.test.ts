import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServer, type TLSSocket } from 'node:tls';
import { tlsIdentity } from '../support/certificates.ts';
import { listenOnLoopback, type OnLoopback } from '../support/loopback.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { manifestHeaders } from '../support/registries.ts';
import { assertHealthy } from './healthy.ts';
import { told } from './told.ts';

/** Answers one request with any bytes. */
type Speak = (socket: TLSSocket, method: string) => void;

/** A server inside TLS, below HTTP: loopback registries are asked so first, and their certificates are not looked at. */
async function startSpeaking(speak: Speak): Promise<OnLoopback> {
  const server = createServer(await tlsIdentity('trusted'), (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => speak(socket, data.toString('latin1').split(' ', 1).join('')));
  });
  return listenOnLoopback(server);
}

const type = `content-type: ${manifestHeaders['content-type']}\r\n`;
/** A HEAD that names neither digest nor length, so that the manifest itself is asked for. */
const unclear = `HTTP/1.1 200 OK\r\n${type}\r\n`;

/** Answers HEAD in the one way and GET in the other. */
function heads(head: string, get: (socket: TLSSocket) => void): Speak {
  return (socket, method) => {
    if (method === 'HEAD') socket.write(head);
    else get(socket);
  };
}

/** `text` again and again: at once where there is no pause, else once each so many ms. */
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
  readonly speak: Speak;
  readonly allowed: boolean;
  readonly told: readonly string[];
}

const chunked = `HTTP/1.1 200 OK\r\n${type}transfer-encoding: chunked\r\n\r\n`;

const cases: readonly Case[] = [
  {
    it: 'F40 headers that come a byte a second are warned of',
    speak: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      // Ten times as fast, as the waits here are a tenth of the usual: no pause is longer than the wait for headers.
      endlessly(socket, 'x', 100);
    },
    allowed: true,
    told: ['registry-unreachable: timeout'],
  },
  {
    it: 'F41 a manifest without an end is too large for any runtime',
    speak: heads(unclear, (socket) => {
      socket.write(chunked);
      endlessly(socket, chunk(65_536), 0);
    }),
    allowed: false,
    told: ['unsupported-manifest: too-large'],
  },
  {
    it: 'F41 a manifest that drips is not waited for',
    speak: heads(unclear, (socket) => {
      socket.write(chunked);
      endlessly(socket, chunk(1), 100);
    }),
    allowed: true,
    told: ['not-checked: deadline'],
  },
  {
    it: 'F41 a 404 whose body has no end is a 404',
    speak: heads('HTTP/1.1 404 Not Found\r\n\r\n', (socket) => {
      socket.write('HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n');
      endlessly(socket, chunk(65_536), 0);
    }),
    allowed: false,
    told: ['image-not-found'],
  },
  {
    it: 'F42 a Content-Length of more than what comes is warned of',
    speak: heads(unclear, (socket) => socket.end(`HTTP/1.1 200 OK\r\n${type}content-length: 1000\r\n\r\n{}`)),
    allowed: true,
    told: ['registry-unreachable: reset'],
  },
  {
    it: 'F42 two Content-Lengths are warned of',
    speak: (socket) => socket.write(`HTTP/1.1 200 OK\r\n${type}content-length: 1\r\ncontent-length: 2\r\n\r\n`),
    allowed: true,
    told: ['registry-unreachable: protocol'],
  },
  {
    it: 'F42 garbage for chunks is warned of',
    speak: heads(unclear, (socket) => socket.write(`${chunked}no number\r\nnor a chunk\r\n`)),
    allowed: true,
    told: ['registry-unreachable: protocol'],
  },
  {
    it: 'F42 a megabyte of headers is warned of',
    speak: (socket) => socket.write(`HTTP/1.1 200 OK\r\nx-large: ${'x'.repeat(1_000_000)}\r\n\r\n`),
    allowed: true,
    told: ['registry-unreachable: protocol'],
  },
  {
    it: 'F42 an answer that is no HTTP is warned of',
    speak: (socket) => socket.write('220 mail.example.test ESMTP\r\n'),
    allowed: true,
    told: ['registry-unreachable: protocol'],
  },
];

for (const { it, speak, allowed, told: expected } of cases) {
  test(it, async () => {
    await using registry = await startSpeaking(speak);
    await using pullgate = await startPullgate({ client: { connectTimeout: '500ms', headersTimeout: '500ms' } });
    const before = process.memoryUsage().rss;
    const answer = await pullgate.review(deployment([`${registry.host}/team/app:v1`]), { query: '?timeout=2s' });
    assert.deepEqual([answer.status, answer.allowed, told(answer)], [200, allowed, expected], answer.text);
    assert.ok(answer.ms < 2_000, `${answer.ms} ms`);
    assert.ok(process.memoryUsage().rss - before < 128 * 2 ** 20, 'what comes in is not kept');
    await assertHealthy(pullgate);
  });
}
