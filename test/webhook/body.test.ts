import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { createBodyReader, type Body, type NoBody, type ReadBody } from '../../src/webhook/body.ts';
import type { Call } from '../../src/webhook/call.ts';
import { bodyLimit, maxWaitingBodies, smallBody } from '../../src/webhook/memory.ts';

const small = 'x'.repeat(1_000);
const large = 'x'.repeat(smallBody + 1);

/** A call that ends in `ms` milliseconds. */
function callOf(ms = 60_000): Call {
  const startedAt = performance.now();
  return { startedAt, deadlineAt: startedAt + ms, gone: new AbortController().signal };
}

type Sending = Readonly<Record<string, string>>;
const chunked: Sending = { 'Transfer-Encoding': 'chunked' };

/** Starts an HTTP server, and returns a function that sends a request and returns it as the server sees it. */
async function start(t: TestContext) {
  const server = createServer({ highWaterMark: 16_384 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return async (body: string, headers: Sending = {}): Promise<IncomingMessage> => {
    const arrived = once(server, 'request');
    const sent = httpRequest({ port, host: '127.0.0.1', method: 'POST', agent: false, headers: { ...headers } });
    sent.on('error', () => undefined);
    sent.end(body);
    const [request] = (await arrived) as [IncomingMessage];
    return request;
  };
}

function isBody(body: Body | NoBody): body is Body {
  return typeof body !== 'string';
}

async function bytesOf(reading: Promise<Body | NoBody>): Promise<Body> {
  const body = await reading;
  assert.ok(isBody(body), JSON.stringify(body));
  return body;
}

const bodies = [
  { it: 'a small body', text: small, headers: {} },
  { it: 'a large body', text: large, headers: {} },
  { it: 'a small body without a length', text: small, headers: chunked },
  { it: 'a body without a length that turns out to be large', text: large.repeat(3), headers: chunked },
  { it: 'an empty body', text: '', headers: {} },
];

describe('the body reader', () => {
  for (const { it, text, headers } of bodies) {
    test(`reads ${it}, and frees its room`, async (t) => {
      const send = await start(t);
      const read = createBodyReader({ small: smallBody, large: bodyLimit });
      for (let round = 0; round < 3; round += 1) {
        const body = await bytesOf(read(await send(text, headers), callOf()));
        assert.equal(body.bytes.toString(), text);
        body.drop();
        body.drop();
        assert.equal(body.bytes.length, 0);
      }
    });
  }

  test('waits for room without reading, and large bodies do not stop small ones', async (t) => {
    const send = await start(t);
    const read = createBodyReader({ small: smallBody, large: large.length });
    const first = await bytesOf(read(await send(large), callOf()));
    const waiting = await send(large);
    const second = read(waiting, callOf());
    const other = await bytesOf(read(await send(small), callOf()));
    assert.equal(other.bytes.length, small.length);
    assert.ok(waiting.readableLength < large.length, 'the rest is not read');
    first.drop();
    assert.equal((await bytesOf(second)).bytes.length, large.length);
  });

  test('gives up at the deadline if there is no room', async (t) => {
    const send = await start(t);
    const read = createBodyReader({ small: smallBody, large: large.length });
    await bytesOf(read(await send(large), callOf()));
    assert.equal(await read(await send(large), callOf(20)), 'no-room');
  });

  test('refuses at once if too many wait for room', async (t) => {
    const send = await start(t);
    const read = createBodyReader({ small: small.length, large: 0 });
    const first = await bytesOf(read(await send(small), callOf()));
    const waiting: Promise<Body | NoBody>[] = [];
    for (let index = 0; index < maxWaitingBodies; index += 1) waiting.push(read(await send(small), callOf()));
    assert.equal(await read(await send(small), callOf()), 'no-room');
    first.drop();
    for (const body of waiting) (await bytesOf(body)).drop();
  });

  test('gives the room of a body back that does not arrive in time', async (t) => {
    const send = await start(t);
    const read: ReadBody = createBodyReader({ small: smallBody, large: 0 });
    for (let round = 0; round < 3; round += 1) {
      const endless = await send('', { 'Content-Length': String(smallBody) });
      assert.equal(await read(endless, callOf(20)), 'slow');
    }
    await bytesOf(read(await send(small), callOf()));
  });
});
