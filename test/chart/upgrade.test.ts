import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { helmMajors, needsHelm, type HelmMajor } from '../support/helm.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { bundle, path, release, startChartCluster, writeAsPullgate, type ChartCluster } from './cluster.ts';
import { modes } from './modes.ts';
import { rendered } from './render.ts';

const webhook = `validatingwebhookconfiguration/${release.full}`;
const deployment = `deployment/${release.full}`;

/** What the notes after an installation say, by values. */
const notes: readonly { readonly values: object; readonly says: RegExp }[] = [
  { values: { profile: 'audit' }, says: /helm upgrade gate CHART -n security .*--set profile=balanced$/m },
  {
    values: { profile: 'balanced' },
    says: /helm upgrade gate CHART -n security .*--set failurePolicy=Fail,replicas=3$/m,
  },
  { values: { failurePolicy: 'Fail' }, says: /calls Pullgate a few seconds after the first replica is ready/ },
];

describe('the chart and a real API server', { ...(await needsHelm()), ...(await needsControlPlane()) }, () => {
  let cluster: ChartCluster;
  before(async () => {
    cluster = await startChartCluster();
    // Every OpenShift has it, and the mode `openshift` puts a Role there.
    await succeed(cluster.plane.kubectl, ['create', 'namespace', 'openshift-config']);
  });
  after(async () => cluster?.plane.stop());

  async function assertKept(): Promise<void> {
    assert.equal(await cluster.read(webhook, '.webhooks[0].clientConfig.caBundle'), bundle);
    assert.equal(await cluster.read(webhook, '.webhooks[0].clientConfig.service.path'), path);
    assert.deepEqual(JSON.parse(await cluster.read(webhook, '.webhooks[0].rules')), shippedRules);
    assert.equal(await cluster.read(`secret/${release.full}-tls`, '.data.tls\\.crt'), bundle);
  }

  async function installed(major: HelmMajor): Promise<string> {
    await cluster.run(major, ['install'], {});
    await writeAsPullgate(cluster);
    return cluster.read(deployment, '.spec.template.metadata.annotations');
  }

  async function left(): Promise<string> {
    const kinds =
      'serviceaccounts,secrets,configmaps,services,deployments,poddisruptionbudgets,networkpolicies,roles,rolebindings,' +
      'clusterroles,clusterrolebindings,validatingwebhookconfigurations';
    return succeed(cluster.plane.kubectl, [
      'get',
      kinds,
      '-A',
      '-l',
      `app.kubernetes.io/instance=${release.name}`,
      '-o',
      'name',
    ]);
  }

  for (const major of helmMajors) {
    test(`helm ${major}: an upgrade and a rollback keep what Pullgate wrote, and change the rest`, async () => {
      const first = await installed(major);
      await cluster.run(major, ['upgrade'], { profile: 'strict', failurePolicy: 'Fail', replicas: 3 });
      await assertKept();
      assert.equal(await cluster.read(webhook, '.webhooks[0].failurePolicy'), 'Fail');
      assert.equal(await cluster.read(deployment, '.spec.replicas'), '3');
      assert.match(await cluster.read(`configmap/${release.full}`, '.data.config\\.yaml'), /^profile: strict$/m);
      const second = await cluster.read(deployment, '.spec.template.metadata.annotations');
      assert.notEqual(second, first, 'a new configuration must restart the pods');
      await cluster.run(major, ['rollback', '1']);
      await assertKept();
      assert.equal(await cluster.read(webhook, '.webhooks[0].failurePolicy'), 'Ignore');
      assert.equal(await cluster.read(deployment, '.spec.template.metadata.annotations'), first);
    });

    test(`helm ${major}: values that do not change the configuration restart no pod`, async () => {
      const path = '.spec.template';
      const before = await cluster.read(deployment, path);
      await cluster.run(major, ['upgrade'], { failurePolicy: 'Fail', replicas: 3, metrics: { dashboard: true } });
      assert.equal(await cluster.read(deployment, path), before);
    });

    test(`helm ${major}: an upgrade restores the webhook after its quick removal`, async () => {
      await succeed(cluster.plane.kubectl, ['delete', webhook]);
      await cluster.run(major, ['upgrade'], { failurePolicy: 'Fail', replicas: 3 });
      assert.equal(await cluster.read(webhook, '.webhooks[0].failurePolicy'), 'Fail');
    });

    test(`helm ${major}: uninstall leaves no object, not even the Secret that Pullgate filled`, async () => {
      assert.notEqual(await left(), '');
      await cluster.run(major, ['uninstall']);
      assert.equal(await left(), '');
    });
  }

  test('an upgrade from Helm 3 to Helm 4 keeps what Pullgate wrote', async () => {
    await installed('v3');
    for (const profile of ['audit', 'strict']) {
      await cluster.run('v4', ['upgrade'], { profile, failurePolicy: 'Fail' });
      await assertKept();
    }
    assert.equal(await cluster.read(webhook, '.webhooks[0].failurePolicy'), 'Fail');
    await cluster.run('v4', ['uninstall']);
    assert.equal(await left(), '');
  });

  for (const { values, says } of notes) {
    test(`after an installation with ${JSON.stringify(values)}, the notes have the next command`, async () => {
      for (const major of helmMajors) {
        const text = await cluster.run(major, ['install', '--dry-run=server'], values);
        for (const next of [says, /^ {2}helm test gate -n security$/m]) assert.match(text, next);
      }
    });
  }

  for (const [name, { values }] of Object.entries(modes)) {
    test(`${name}: the API server accepts every object with strict validation and the longest names`, async () => {
      const full = 'service-'.padEnd(63, 'x');
      const long = { name: 'r'.repeat(53), namespace: release.namespace, flags: ['--no-hooks'] };
      const text = await rendered('v4', { ...values, fullnameOverride: full }, long);
      const { code, stderr } = await cluster.plane.kubectl(
        ['apply', '--dry-run=server', '--validate=strict', '-f', '-'],
        text,
      );
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    });
  }
});
