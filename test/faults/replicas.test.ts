import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { connect } from 'node:tls';
import { deployment } from '../support/pods.ts';
import { reviewText } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './healthy.ts';
import { startLoad } from './load.ts';
import { openSite, type Replica } from './serving.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { until } from './until.ts';

/** Longer than it takes a balancer here to hear that a replica goes. */
const draining = { server: { drain: '1500ms', grace: '4s' } };
const lookMs = 100;

/** A Service of replicas: new connections go in turn to those that were ready a moment ago. */
async function startService(replicas: readonly Replica[]) {
  let ready: readonly number[] = [];
  let turn = 0;

  async function look(): Promise<void> {
    const states = await Promise.all(replicas.map(async (replica) => ((await replica.isReady()) ? replica.port : [])));
    ready = states.flat();
  }

  await look();
  const timer = setInterval(() => void look(), lookMs);
  const proxy = await startTcpProxy({ target: () => ready[turn++ % ready.length] });
  return {
    port: proxy.port,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await proxy[Symbol.asyncDispose]();
    },
  };
}

describe('replicas under load', { concurrency: true }, () => {
  test('F21 SIGTERM under load: served on while it is given up, then ended, and no call fails', async () => {
    await using script = await startScript(publicRegistry());
    await using site = await openSite();
    await using started = new AsyncDisposableStack();
    const start = async (): Promise<Replica> => started.use(await site.start(draining));
    const replicas = [await start(), await start()];
    await using service = await startService(replicas);
    const body = reviewText(deployment([script.substitute('{{registry}}/team/app:v1')]));
    await using load = startLoad(site.agent, service.port, body);
    await load.answers(100);

    for (const [index, old] of [...replicas].entries()) {
      await old.daemon.stop();
      assert.match(old.daemon.tail(), /"msg":"stopped"/, 'it ended by itself');
      replicas[index] = await start();
      await load.answers(100);
    }
    assert.deepEqual(await load.stop(), []);
    for (const replica of replicas) await assertHealthy(replica);
  });

  test('F22 a certificate rotated under load is taken up, and no call fails', async () => {
    await using script = await startScript(publicRegistry());
    await using site = await openSite();
    await using replica = await site.start();
    const body = reviewText(deployment([script.substitute('{{registry}}/team/app:v1')]));
    await using load = startLoad(site.agent, replica.port, body);
    await load.answers(50);
    const renewed = new X509Certificate(await site.renew()).fingerprint256;
    await until('the new certificate', async () => (await fingerprintAt(replica.port)) === renewed, 15_000);
    await load.answers(50);
    assert.deepEqual(await load.stop(), []);
    await assertHealthy(replica);
  });
});

/** What a new connection is shown. */
async function fingerprintAt(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}
