import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { caCertificate } from '../support/certificates.ts';
import { deployment } from '../support/pods.ts';
import { exchange, reviewText } from '../support/admission-client.ts';
import { startPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { startTcpProxy } from './support/tcp-proxy.ts';

const second = 1_000;

interface SlowClient {
  readonly it: string;
  /** The part of the request that the client sends at once. */
  readonly sends: string;
  /** When the server must respond, in ms: from, to. */
  readonly within: readonly [number, number];
}

const head = 'POST /validate?timeout=10s HTTP/1.1\r\nHost: a\r\n';
const slowClients: readonly SlowClient[] = [
  { it: 'F7 a client has 10 s for its headers', sends: head, within: [9 * second, 13 * second] },
  {
    it: 'F7 a client has until the deadline of the review for its body',
    sends: `${head}Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n{`,
    within: [8 * second, 13 * second],
  },
];

// These tests only wait, so they run together.
describe('slow and idle clients', { concurrency: true }, () => {
  for (const { it, sends, within } of slowClients) {
    test(it, async () => {
      await using pullgate = await startPullgate();
      const startedAt = performance.now();
      const socket = connect({ host: '127.0.0.1', port: pullgate.webhook.port, ca: await caCertificate() });
      socket.write(sends);
      // One byte per second must not extend the limit.
      const drip = setInterval(() => socket.write('x'), second);
      socket.on('error', () => undefined).on('close', () => clearInterval(drip));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      const ms = performance.now() - startedAt;
      socket.destroy();
      assert.match(answer.toString(), /^HTTP\/1\.1 408/);
      assert.ok(ms > within[0] && ms < within[1], `${ms} ms`);
      await assertHealthy(pullgate);
    });
  }

  test('F10 without a timeout in the request, the limit is 10 s', async () => {
    await using script = await startScript(publicRegistry({ listen: 'silent' }));
    await using pullgate = await startPullgate({
      deadline: '60s',
      client: { connectTimeout: '60s', headersTimeout: '60s' },
    });
    const object = deployment([script.substitute('{{registry}}/team/app:v1')]);
    const { allowed, kinds, ms } = await pullgate.review(object, { query: '' });
    assert.deepEqual([allowed, kinds], [true, ['not-checked']]);
    assert.ok(ms > 8 * second && ms < 10 * second, `${ms} ms`);
    await assertHealthy(pullgate);
  });

  for (const seconds of [6, 90]) {
    test(`F20 connections are reused after ${seconds} s without requests, over a network with 10 ms delay`, async () => {
      await using pullgate = await startPullgate();
      await using proxy = await startTcpProxy({ target: () => pullgate.webhook.port, delayMs: 10 });
      const agent = new Agent({ keepAlive: true, ca: await caCertificate() });
      const body = reviewText(deployment(['Bad Name']));

      async function round(): Promise<readonly number[]> {
        const asks = Array.from({ length: 10 }, () => exchange(agent, proxy.port, '/validate?timeout=10s', body));
        return (await Promise.all(asks)).map(({ status }) => status);
      }

      const good = Array.from({ length: 10 }, () => 200);
      assert.deepEqual(await round(), good);
      await sleep(seconds * second);
      assert.deepEqual(await round(), good);
      assert.equal(proxy.accepted, 10, 'there are no new connections');
      agent.destroy();
      await assertHealthy(pullgate);
    });
  }
});
