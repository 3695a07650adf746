import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { describe, test } from 'node:test';
import { client, inWords, question, soon } from '../client.ts';
import { listening, strictHosts } from './servers.ts';

const hosts = strictHosts({ scheme: 'http' });
const shortMs = 200;
/** Longer than any response takes on a busy machine, and shorter than the limit of `soon`. */
const longMs = 9_000;

/** Short timeouts if the request is expected to time out. Otherwise, a busy machine must not cause a timeout. */
function timeoutsFor(expected: string) {
  const limit = expected.includes('timeout') ? shortMs : longMs;
  return { connectMs: longMs, headersMs: limit, bodyMs: limit };
}

const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${'a'.repeat(64)}` };

/** A server whose response never ends: it sends `start`, then `part` every 10 ms. */
function endlessServer(start: string, part: string): Server {
  return createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(start);
      const timer = setInterval(() => socket.write(part), 10);
      socket.on('close', () => clearInterval(timer));
    });
  });
}

const headers: readonly (readonly [name: string, server: () => Server, expected: string])[] = [
  [
    'small headers without end',
    () => endlessServer('HTTP/1.1 200 OK\r\n', 'X-A: b\r\n'),
    'unreachable timeout manifest HEAD',
  ],
  [
    'large headers without end',
    () => endlessServer('HTTP/1.1 200 OK\r\n', `X-A: ${'b'.repeat(20_000)}\r\n`),
    'unreachable protocol manifest HEAD',
  ],
  ['no response', () => createServer(() => undefined), 'unreachable timeout manifest HEAD'],
  [
    'a response that is not HTTP',
    () => endlessServer('SSH-2.0-OpenSSH\r\n', 'x'),
    'unreachable protocol manifest HEAD',
  ],
];

describe('a request ends in time', () => {
  for (const [name, server, expected] of headers) {
    test(`with ${name}: ${expected}`, async () => {
      await using running = await listening(server());
      await using asked = client({ hosts, timeouts: timeoutsFor(expected) });
      assert.equal(inWords(await asked.registry.resolve(question(`127.0.0.1:${running.port}`), soon())), expected);
    });
  }

  for (const [name, part, expected] of [
    ['a slow body without end', 'x', 'unreachable timeout manifest GET'],
    ['a fast body without end', 'x'.repeat(1_000_000), 'unsupported too-large manifest GET 200'],
  ] as const) {
    test(`with ${name}: ${expected}`, async () => {
      await using running = await listening(endlessServer('HTTP/1.1 200 OK\r\n\r\n', part));
      const bodyMs = expected.includes('timeout') ? 1_000 : longMs;
      await using asked = client({ hosts, timeouts: timeoutsFor(expected), bodyMs });
      const about = question(`127.0.0.1:${running.port}`);
      assert.equal(inWords(await asked.registry.manifest(about, descriptor, soon())), expected);
    });
  }

  test('if its signal aborts, and rejects with the reason of the signal', async () => {
    await using running = await listening(createServer(() => undefined));
    await using asked = client({ hosts });
    const controller = new AbortController();
    const answer = asked.registry.resolve(question(`127.0.0.1:${running.port}`), controller.signal);
    const reason = new DOMException('enough', 'AbortError');
    controller.abort(reason);
    await assert.rejects(answer, (error) => error === reason);
  });
});
