import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { connect } from 'node:tls';
import { deployment } from '../support/pods.ts';
import { reviewText } from '../support/admission-client.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { startLoad } from './support/load.ts';
import { openSite, type Replica } from './support/serving.ts';
import { startTcpProxy } from './support/tcp-proxy.ts';
import { until } from './support/until.ts';

/** The drain time is longer than the interval at which the Service checks readiness. */
const draining = { server: { drain: '1500ms', grace: '4s' } };
const readinessIntervalMs = 100;

/**
 * Starts a proxy that acts as a Service: new connections go in turn to the replicas that were ready at the last check.
 */
async function startService(replicas: readonly Replica[]) {
  let ready: readonly number[] = [];
  let turn = 0;

  async function checkReadiness(): Promise<void> {
    const states = await Promise.all(replicas.map(async (replica) => ((await replica.isReady()) ? replica.port : [])));
    ready = states.flat();
  }

  await checkReadiness();
  const timer = setInterval(() => void checkReadiness(), readinessIntervalMs);
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
  test('F21 after SIGTERM under load, a replica serves until it gets no more requests, and no call fails', async () => {
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
      assert.match(old.daemon.tail(), /"msg":"stopped"/, 'it exited by itself');
      replicas[index] = await start();
      await load.answers(100);
    }
    assert.deepEqual(await load.stop(), []);
    for (const replica of replicas) await assertHealthy(replica);
  });

  test('F22 a certificate that is rotated under load is used, and no call fails', async () => {
    await using script = await startScript(publicRegistry());
    await using site = await openSite();
    await using replica = await site.start();
    const body = reviewText(deployment([script.substitute('{{registry}}/team/app:v1')]));
    await using load = startLoad(site.agent, replica.port, body);
    await load.answers(50);
    const renewed = new X509Certificate(await site.renew()).fingerprint256;
    await until('the new certificate is used', async () => (await fingerprintAt(replica.port)) === renewed, 15_000);
    await load.answers(50);
    assert.deepEqual(await load.stop(), []);
    await assertHealthy(replica);
  });
});

/** The fingerprint of the certificate on a new connection. */
async function fingerprintAt(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}
