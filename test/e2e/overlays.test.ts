import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { manifests, overlay } from '../support/overlay.ts';
import { webhookDouble, type WebhookDouble } from '../support/webhook-double.ts';

/** cert-manager's kinds, as far as the API server must know them to take the overlay's objects. */
const certManagerKinds = ['Issuer', 'Certificate'].map((kind) => {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.cert-manager.io` },
    spec: {
      group: 'cert-manager.io',
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
});

const container = { name: 'app', image: 'registry.test/app:1' };
const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [container] } };
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app' },
  spec: { replicas: 0, selector: { matchLabels: { app: 'a' } }, template },
};
const cronJob = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'cron' },
  spec: {
    schedule: '0 0 1 1 *',
    jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
  },
};
const podTemplate = { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'template' }, template };
const controller = {
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'rc' },
  spec: { replicas: 0, selector: { app: 'a' }, template },
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod', finalizers: ['test/stay'] },
  spec: template.spec,
};

suite('the shipped manifests and a real API server', await needsControlPlane(), () => {
  let plane: ControlPlane;
  let webhook: WebhookDouble;
  before(async () => {
    [plane, webhook] = await Promise.all([startControlPlane({ controllers: false }), webhookDouble()]);
    await succeed(plane.kubectl, ['create', '-f', '-'], list(certManagerKinds));
    await succeed(plane.kubectl, ['wait', '--for=condition=established', 'crd', '--all']);
  });
  after(async () => {
    await plane.stop();
    await webhook[Symbol.asyncDispose]();
  });

  /** The API server hears of a new webhook after a moment. */
  async function untilCalled(args: readonly string[]): Promise<void> {
    do await succeed(plane.kubectl, args);
    while (webhook.taken().length === 0);
  }

  test('every overlay is taken, by strict validation and without a warning', async () => {
    const overlays = await readdir(join(manifests, 'overlays'));
    assert.ok(overlays.length >= 6);
    for (const name of ['base', ...overlays.map((overlay) => `overlays/${overlay}`)]) {
      const result = await plane.kubectl(['apply', '--validate=strict', '-k', join(manifests, name)]);
      assert.deepEqual({ name, code: result.code, stderr: result.stderr }, { name, code: 0, stderr: '' });
    }
  });

  test('every component is taken on top of the base', async () => {
    const components = await readdir(join(manifests, 'components'));
    await using all = await overlay({ on: 'base', url: webhook.url, components });
    const { code, stderr } = await plane.kubectl(['apply', '--validate=strict', '-k', all.directory]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });

  suite('which requests reach the webhook', () => {
    before(async () => {
      await using development = await overlay({ on: 'overlays/development', url: webhook.url, failurePolicy: 'Fail' });
      await succeed(plane.kubectl, ['apply', '-k', development.directory]);
      const bundle = Buffer.from(webhook.ca).toString('base64');
      const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: bundle }];
      await succeed(plane.kubectl, [...patchOf('validatingwebhookconfiguration', 'pullgate'), JSON.stringify(patch)]);
      await succeed(plane.kubectl, ['create', 'namespace', 'shop']);
      await succeed(plane.kubectl, ['create', 'serviceaccount', 'default', '-n', 'shop']);
      await succeed(plane.kubectl, ['create', 'namespace', 'out']);
      await succeed(plane.kubectl, ['label', 'namespace', 'out', 'pullgate.dev/webhook=ignore']);
      await untilCalled([
        'create',
        'deployment',
        'probe',
        '--image=registry.test/probe:1',
        '--dry-run=server',
        '-n',
        'shop',
      ]);
    });

    const steps: readonly { it: string; args: readonly string[]; input?: object; calls: readonly string[] }[] = [
      { it: 'a new Deployment', args: ['create', '-f', '-'], input: deployment, calls: ['CREATE deployments'] },
      { it: 'a scaled one', args: ['scale', 'deployment/app', '--replicas=0'], calls: [] },
      { it: 'its replicas', args: ['patch', 'deployment/app', '-p', '{"spec":{"minReadySeconds":3}}'], calls: [] },
      { it: 'its labels', args: ['label', 'deployment/app', 'a=b'], calls: [] },
      {
        it: 'its status',
        args: ['patch', 'deployment/app', '--subresource=status', '-p', '{"status":{"observedGeneration":9}}'],
        calls: [],
      },
      {
        it: 'its image',
        args: ['set', 'image', 'deployment/app', 'app=registry.test/app:2'],
        calls: ['UPDATE deployments'],
      },
      { it: 'its deletion', args: ['delete', 'deployment/app', '--wait=false'], calls: [] },
      { it: 'a CronJob', args: ['create', '-f', '-'], input: cronJob, calls: ['CREATE cronjobs'] },
      { it: 'a suspended CronJob', args: ['patch', 'cronjob/cron', '-p', '{"spec":{"suspend":true}}'], calls: [] },
      {
        it: 'its image',
        args: ['set', 'image', 'cronjob/cron', 'app=registry.test/app:2'],
        calls: ['UPDATE cronjobs'],
      },
      { it: 'a PodTemplate', args: ['create', '-f', '-'], input: podTemplate, calls: ['CREATE podtemplates'] },
      { it: 'its labels', args: ['label', 'podtemplate/template', 'a=b'], calls: [] },
      {
        it: 'a ReplicationController',
        args: ['create', '-f', '-'],
        input: controller,
        calls: ['CREATE replicationcontrollers'],
      },
      { it: 'its labels', args: ['label', 'rc/rc', 'a=b'], calls: [] },
      { it: 'a Pod', args: ['create', '-f', '-'], input: pod, calls: ['CREATE pods'] },
      { it: 'its labels', args: ['label', 'pod/pod', 'a=b'], calls: [] },
      {
        it: 'a debug container',
        args: ['debug', 'pod/pod', '--image=registry.test/debug:1', '--attach=false', '--quiet'],
        calls: ['UPDATE pods/ephemeralcontainers'],
      },
      { it: 'its image', args: ['set', 'image', 'pod/pod', 'app=registry.test/app:2'], calls: ['UPDATE pods'] },
      { it: 'its deletion, which waits', args: ['delete', 'pod/pod', '--wait=false'], calls: [] },
      { it: 'a finalizer taken away', args: ['patch', 'pod/pod', '-p', '{"metadata":{"finalizers":null}}'], calls: [] },
      {
        it: 'a dry run',
        args: ['create', '--dry-run=server', '-f', '-'],
        input: deployment,
        calls: ['CREATE deployments'],
      },
    ];

    test('what could only be answered with yes is spared', async () => {
      for (const { it, args, input, calls } of steps) {
        await succeed(plane.kubectl, [...args, '-n', 'shop'], input && JSON.stringify(input));
        const taken = webhook.taken().map(({ operation, resource, subResource }) => {
          return `${operation} ${resource.resource}${subResource === undefined ? '' : `/${subResource}`}`;
        });
        assert.deepEqual({ it, taken }, { it, taken: calls });
      }
    });

    for (const namespace of ['kube-system', 'pullgate', 'out']) {
      test(`the namespace ${namespace} is left alone`, async () => {
        await succeed(plane.kubectl, ['create', '-n', namespace, '-f', '-'], JSON.stringify(deployment));
        assert.deepEqual(webhook.taken(), []);
      });
    }
  });

  const rights: readonly { may: boolean; args: string }[] = [
    { may: true, args: 'get secrets/pull -n shop' },
    { may: true, args: 'get serviceaccounts/default -n shop' },
    { may: true, args: 'list nodes' },
    { may: true, args: 'patch secrets/pullgate-tls -n pullgate' },
    { may: true, args: 'patch validatingwebhookconfigurations/pullgate' },
    { may: false, args: 'list secrets -n shop' },
    { may: false, args: 'watch secrets -n shop' },
    { may: false, args: 'create secrets -n pullgate' },
    { may: false, args: 'patch secrets/other -n pullgate' },
    { may: false, args: 'patch secrets/pullgate-tls -n shop' },
    { may: false, args: 'patch validatingwebhookconfigurations/other' },
    { may: false, args: 'create validatingwebhookconfigurations' },
    { may: false, args: 'delete validatingwebhookconfigurations/pullgate' },
    { may: false, args: 'get nodes/one' },
    { may: false, args: 'watch nodes' },
    { may: false, args: 'create pods -n shop' },
    { may: false, args: 'get configmaps -n pullgate' },
  ];

  test('the ServiceAccount may do what it needs, and nothing else', async () => {
    await succeed(plane.kubectl, ['delete', 'clusterrolebinding', '-l', 'app.kubernetes.io/name=pullgate']);
    await succeed(plane.kubectl, ['apply', '-k', join(manifests, 'base')]);
    const as = '--as=system:serviceaccount:pullgate:pullgate';
    for (const { may, args } of rights) {
      const { stdout } = await plane.kubectl(['auth', 'can-i', ...args.split(' '), as]);
      assert.deepEqual({ args, may: stdout.trim() === 'yes' }, { args, may });
    }
  });
});

function patchOf(...target: readonly string[]): readonly string[] {
  return ['patch', ...target, '--type=json', '-p'];
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
