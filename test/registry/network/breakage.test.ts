import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { registryHosts } from '../../../src/engine/hosts/registry-hosts.ts';
import type { HttpRegistryOptions } from '../../../src/registry/http-registry.ts';
import { digestOf } from '../../support/answers.ts';
import { listenOnLoopback } from '../../support/loopback.ts';
import { client, inWords, question, soon } from '../client.ts';

/** The answer of the client if a server sends `bytes` after each request. */
async function answerTo(bytes: string, options: Partial<HttpRegistryOptions> = {}): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.end(bytes)));
  await using running = await listenOnLoopback(server);
  await using asked = client(options);
  return inWords(await asked.registry.resolve(question(running.host), soon()));
}

function hostsWithHeader(name: string, value: string): HttpRegistryOptions['hosts'] {
  return async (registry) => registryHosts(registry).map((host) => ({ ...host, header: { [name]: [value] } }));
}

const firstLines = [
  'HTTP/1.1 000 X',
  'HTTP/1.1 042 X',
  'HTTP/1.1 099 X',
  'HTTP/1.1 20 X',
  'HTTP/1.1 -1 X',
  'SSH-2.0-x',
];

describe('what is not HTTP is no answer', () => {
  for (const line of firstLines) {
    test(line, async () => assert.equal(await answerTo(`${line}\r\n\r\n`), 'unreachable protocol manifest HEAD'));
  }
});

describe('a request that HTTP cannot express is not sent', () => {
  const headers: readonly (readonly [name: string, value: string])[] = [
    ['x y', 'a'],
    ['x', 'a\nb'],
    ['x', '\u0100'],
    ['transfer-encoding', 'chunked'],
  ];
  for (const [name, value] of headers) {
    test(`with the header ${JSON.stringify([name, value])} from hosts.toml`, async () => {
      const hosts = hostsWithHeader(name, value);
      assert.equal(await answerTo('HTTP/1.1 404 X\r\n\r\n', { hosts }), 'unreachable protocol manifest HEAD');
    });
  }

  test('for a media type with a line break, which an index can have', async () => {
    await using asked = client();
    const descriptor = { mediaType: 'a\nb', digest: digestOf('a'), size: 5 };
    const about = question('127.0.0.1:1');
    assert.equal(
      inWords(await asked.registry.manifest(about, descriptor, soon())),
      'unreachable protocol manifest GET',
    );
    assert.equal(inWords(await asked.registry.blob(about, descriptor, false, soon())), 'unreachable protocol blob GET');
  });
});
