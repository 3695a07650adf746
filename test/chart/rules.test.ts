import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { rulesAnnotation } from '../../src/cluster/webhook-configuration.ts';
import { readRules } from '../../src/tls/webhook-rules.ts';
import { deployment } from '../e2e/webhook-calls.ts';
import { startApiServer } from '../manifests/api-server.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { needsHelm } from '../support/helm.ts';
import { webhookDouble, type WebhookDouble } from '../support/webhook-double.ts';
import { objectsIn, rendered } from './render.ts';

/** A custom workload whose pod template may be missing, as in Argo Rollouts with a workloadRef. */
const kind = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'rollouts.argoproj.io' },
  spec: {
    group: 'argoproj.io',
    scope: 'Namespaced',
    names: { kind: 'Rollout', plural: 'rollouts', singular: 'rollout' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
const extraRules = [
  { apiGroups: ['argoproj.io'], apiVersions: ['v1alpha1'], operations: ['CREATE', 'UPDATE'], resources: ['rollouts'] },
];
const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' } };
const template = { spec: { containers: [{ name: 'app', image: 'a' }] } };

interface Configuration {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly webhooks: readonly object[];
}

/** Changes of one object, in order, and the calls of the webhook that each must cause. */
const changes: readonly { readonly it: string; readonly patch: object; readonly calls: number }[] = [
  { it: 'a spec without a template', patch: { spec: { replicas: 1 } }, calls: 1 },
  { it: 'a template', patch: { spec: { template } }, calls: 1 },
  { it: 'a label', patch: { metadata: { labels: { a: 'b' } } }, calls: 0 },
  { it: 'a scale', patch: { spec: { replicas: 2 } }, calls: 0 },
  { it: 'an image', patch: { spec: { template: { spec: { containers: [{ name: 'app', image: 'b' }] } } } }, calls: 1 },
  { it: 'the template away', patch: { spec: { template: null } }, calls: 1 },
  { it: 'the spec away', patch: { spec: null }, calls: 1 },
];

describe(
  'the webhook of the chart with failurePolicy Fail',
  { ...(await needsHelm()), ...(await needsControlPlane()) },
  () => {
    let plane: ControlPlane;
    let webhook: WebhookDouble;

    before(async () => {
      [plane, webhook] = await Promise.all([startApiServer({ controllers: false }), webhookDouble()]);
      await succeed(plane.kubectl, ['create', '-f', '-'], JSON.stringify(kind));
      await succeed(plane.kubectl, ['wait', '--for=condition=established', 'crd', '--all']);
      for (const name of ['shop', 'security']) await succeed(plane.kubectl, ['create', 'namespace', name]);
      const values = { failurePolicy: 'Fail', webhook: { extraRules } };
      const text = await rendered('v4', values, { name: 'gate', namespace: 'security' });
      const object = objectsIn(text).find((one) => one.kind === 'ValidatingWebhookConfiguration');
      const { webhooks, metadata } = object as unknown as Configuration;
      const read = readRules(metadata.annotations[rulesAnnotation] ?? '');
      assert.ok(read.kind === 'rules', JSON.stringify(read));
      // Everything of the chart, with the rules that Pullgate would write, but another address: the double does not run
      // in a pod.
      const clientConfig = { url: webhook.url, caBundle: Buffer.from(webhook.ca).toString('base64') };
      const changed = { ...object, webhooks: webhooks.map((one) => ({ ...one, clientConfig, rules: read.rules })) };
      await succeed(plane.kubectl, ['create', '-f', '-'], JSON.stringify(changed));
      // The API server needs time to load a new webhook.
      const probe = ['create', '--dry-run=server', '-n', 'shop', '-f', '-'];
      do await succeed(plane.kubectl, probe, JSON.stringify(deployment));
      while (webhook.takeCalls().length === 0);
    });
    after(async () => {
      await plane?.stop();
      await webhook?.[Symbol.asyncDispose]();
    });

    test('is called for a custom workload of `webhook.extraRules`', async () => {
      await succeed(plane.kubectl, ['create', '-n', 'shop', '-f', '-'], JSON.stringify(rollout));
      assert.deepEqual(
        webhook.takeCalls().map(({ operation, resource }) => `${operation} ${resource.resource}`),
        ['CREATE rollouts'],
      );
    });

    for (const { it, patch, calls } of changes) {
      test(`a change of a custom workload is ${calls === 0 ? 'not sent' : 'sent'}, and not denied: ${it}`, async () => {
        const args = ['patch', 'rollout/web', '-n', 'shop', '--type=merge', '-p', JSON.stringify(patch)];
        await succeed(plane.kubectl, args);
        assert.equal(webhook.takeCalls().length, calls);
      });
    }

    test('is not called in the namespace of the release', async () => {
      await succeed(plane.kubectl, ['create', '-n', 'security', '-f', '-'], JSON.stringify(deployment));
      await succeed(plane.kubectl, ['create', '-n', 'security', '-f', '-'], JSON.stringify(rollout));
      assert.deepEqual(webhook.takeCalls(), []);
    });
  },
);
