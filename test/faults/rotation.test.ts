import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { connect } from 'node:tls';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { stretched } from '../support/stretched.ts';
import { openCalledSite, webhookName, type CalledReplica, type CalledSite } from './support/called-site.ts';
import { startStream, type Stream } from './support/stream.ts';
import { until } from './support/until.ts';

/** Two replicas that a real API server calls for each create. */
interface Stage {
  readonly site: CalledSite;
  readonly replicas: CalledReplica[];
  readonly registry: RunningScript;
  readonly image: string;
}

const needs = await needsControlPlane();
let started: Promise<Stage> | undefined;

/** The stage that all tests share. It starts when the first test needs it. */
function stage(): Promise<Stage> {
  return (started ??= startStage());
}

async function startStage(): Promise<Stage> {
  const [site, registry] = await Promise.all([openCalledSite(), startScript(publicRegistry())]);
  const replicas = [await site.start(), await site.start()];
  const image = registry.substitute('{{registry}}/team/app:v1');
  await until('the API server calls the replicas', async () => (await site.create(image)).status === 201, 20_000);
  return { site, replicas, registry, image };
}

after(async () => {
  const running = await started;
  await running?.registry.close();
  await running?.site[Symbol.asyncDispose]();
});

async function withStream(work: (stream: Stream, stage: Stage) => Promise<void>): Promise<readonly string[]> {
  const running = await stage();
  await using stream = startStream(running.site, running.image);
  await stream.answers(40);
  await work(stream, running);
  await stream.answers(40);
  return stream.stop();
}

/** The serial number of the certificate on a new connection. */
async function serialAt(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

test(
  'F115 certificate and path are new under load, with a replica replaced meanwhile, and no call fails',
  needs,
  async () => {
    const failures = await withStream(async (stream, { site, replicas }) => {
      const before = await site.entry();
      const serials = await Promise.all(replicas.map(({ port }) => serialAt(port)));
      const empty = ['--type=json', '-p', '[{"op":"remove","path":"/data"}]'];
      await succeed(site.plane.kubectl, ['patch', 'secret', 'pullgate-tls', '-n', 'pullgate', ...empty]);
      // A change of the configuration makes the replicas look at once.
      await succeed(site.plane.kubectl, ['annotate', webhookName, 'look=now', '--overwrite']);
      await until('the path is new', async () => (await site.entry()).path !== before.path, 60_000);
      await stream.answers(40);
      replicas.push(await site.start());
      const isNew = async ({ port }: CalledReplica) => !serials.includes(await serialAt(port));
      for (const replica of replicas) await until('the certificate is new', () => isNew(replica), 60_000);
      const now = await Promise.all(replicas.map(({ port }) => serialAt(port)));
      assert.equal(new Set(now).size, 1, 'all replicas share one certificate');
    });
    assert.deepEqual(failures, []);
  },
);

const resets: readonly { it: string; path: string | undefined }[] = [
  { it: 'removed, as by an apply over manifests that had one', path: undefined },
  { it: 'changed to that of earlier releases', path: '/validate' },
  { it: 'removed after that, as by an upgrade', path: undefined },
];
for (const { it, path } of resets) {
  test(`F115 no call fails after the path is ${it}`, needs, async () => {
    const failures = await withStream(async (_, { site }) => {
      const at = '/webhooks/0/clientConfig/service/path';
      await site.patch(path === undefined ? { op: 'remove', path: at } : { op: 'add', path: at, value: path });
      const expected = path === undefined ? /^\/validate\/[0-9a-f]{64}$/ : /^\/validate$/;
      const isThere = async () => expected.test((await site.entry()).path ?? '');
      await until('the path is there', isThere, stretched(2_000));
    });
    assert.deepEqual(failures, []);
  });
}

test('F115 the certificate that is served is in the bundle', needs, async () => {
  const { site, replicas } = await stage();
  const { bundle } = await site.entry();
  for (const { port } of replicas) {
    const socket = connect({ host: '127.0.0.1', port, ca: bundle, servername: 'pullgate.pullgate.svc' });
    await once(socket, 'secureConnect');
    assert.ok(new X509Certificate(socket.getPeerX509Certificate()?.raw ?? '').issuer.includes('pullgate'));
    socket.destroy();
  }
});
