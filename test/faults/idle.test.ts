import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { caCertificate } from '../support/certificates.ts';
import { deployment } from '../support/pods.ts';
import { exchange, reviewText, startPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './healthy.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const second = 1_000;

interface SlowClient {
  readonly it: string;
  readonly says: string;
  /** When it must be over, in ms. */
  readonly within: readonly [number, number];
}

const head = 'POST /validate?timeout=10s HTTP/1.1\r\nHost: a\r\n';
const slowClients: readonly SlowClient[] = [
  { it: 'F7 headers that do not end are waited for 10 s', says: head, within: [9 * second, 13 * second] },
  {
    it: 'F7 a body that does not end is waited for 30 s',
    says: `${head}Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n{`,
    within: [29 * second, 33 * second],
  },
];

// They wait and do nothing, so they wait together.
describe('slow and idle clients', { concurrency: true }, () => {
  for (const { it, says, within } of slowClients) {
    test(it, async () => {
      await using pullgate = await startPullgate();
      const startedAt = performance.now();
      const socket = connect({ host: '127.0.0.1', port: pullgate.webhook.port, ca: await caCertificate() });
      socket.write(says);
      // A byte a second is as good as none.
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

  test('F10 without a timeout the API server is taken to wait for 10 s', async () => {
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
    test(`F20 connections that were idle for ${seconds} s are used again, 10 ms away`, async () => {
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
      assert.equal(proxy.accepted, 10, 'on the same connections');
      agent.destroy();
      await assertHealthy(pullgate);
    });
  }
});
