import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { caCertificate } from '../support/certificates.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { stretched } from '../support/stretched.ts';
import { openCalledSite, type CalledSite } from './support/called-site.ts';
import { until } from './support/until.ts';

/** One replica that a real API server calls for each create. */
interface Stage {
  readonly site: CalledSite;
  readonly registry: RunningScript;
}

const needs = await needsControlPlane();
let started: Promise<Stage> | undefined;

/** The stage that all tests share. It starts when the first test needs it. */
function stage(): Promise<Stage> {
  return (started ??= startStage());
}

async function startStage(): Promise<Stage> {
  const [site, registry] = await Promise.all([openCalledSite(), startScript(publicRegistry())]);
  await site.start();
  return { site, registry };
}

after(async () => {
  const running = await started;
  await running?.registry.close();
  await running?.site[Symbol.asyncDispose]();
});

async function isCalled(): Promise<boolean> {
  const { site, registry } = await stage();
  return (await site.create(registry.substitute('{{registry}}/team/app:v1'))).status === 201;
}

const faults: readonly { it: string; bundle: string }[] = [
  { it: 'emptied', bundle: '' },
  { it: 'replaced by a foreign one', bundle: await caCertificate() },
];
for (const { it, bundle } of faults) {
  test(`F116 a CA bundle that is ${it} is healed within 2 s, each time`, needs, async () => {
    const { site } = await stage();
    await until('the API server calls the replica', isCalled, 20_000);
    const value = Buffer.from(bundle).toString('base64');
    const isHealed = async (): Promise<boolean> => (await site.entry()).bundle.length > bundle.length;
    // A replica without a watch looks each 20 s, so it may be lucky once, but not three times in a row.
    for (let time = 1; time <= 3; time++) {
      const limit = stretched(2_000);
      await site.patch({ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value });
      await until(`time ${time}: the bundle is healed`, isHealed, limit);
      await until('the API server calls the replica', isCalled, 20_000);
    }
  });
}

test('F116 entries of other webhooks in the same object stay as they are', needs, async () => {
  const { site } = await stage();
  const [own] = await site.webhooks();
  const clientConfig = {
    service: { name: 'other', namespace: 'pullgate', path: '/mine', port: 443 },
    caBundle: Buffer.from(await caCertificate()).toString('base64'),
  };
  const other = { ...own, name: 'other.pullgate.dev', clientConfig, failurePolicy: 'Ignore', timeoutSeconds: 1 };
  await site.patch(
    { op: 'add', path: '/webhooks/-', value: other },
    { op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: '' },
  );
  await until('the own entry is healed', async () => (await site.entry()).bundle !== '', 20_000);
  assert.deepEqual((await site.webhooks())[1], other);
});
