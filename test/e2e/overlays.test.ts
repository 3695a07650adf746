import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { componentsOfBase, manifests, overlay } from '../support/overlay.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { webhookDouble, type WebhookDouble } from '../support/webhook-double.ts';
import { certManagerKinds } from '../support/cert-manager.ts';
import { deployment, steps } from './webhook-calls.ts';

describe('the shipped manifests and a real API server', await needsControlPlane(), () => {
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

  /** Repeats a request until the webhook is called. The API server needs time to load a new webhook. */
  async function untilCalled(args: readonly string[]): Promise<void> {
    do await succeed(plane.kubectl, args);
    while (webhook.takeCalls().length === 0);
  }

  test('every overlay is accepted with strict validation and without warnings', async () => {
    const overlays = await readdir(join(manifests, 'overlays'));
    assert.ok(overlays.length >= 6);
    for (const name of ['base', ...overlays.map((overlay) => `overlays/${overlay}`)]) {
      const result = await plane.kubectl(['apply', '--validate=strict', '-k', join(manifests, name)]);
      assert.deepEqual({ name, code: result.code, stderr: result.stderr }, { name, code: 0, stderr: '' });
    }
  });

  test('every component is accepted on top of the base', async () => {
    const components = await componentsOfBase();
    await using all = await overlay({ on: 'base', url: webhook.url, components });
    const { code, stderr } = await plane.kubectl(['apply', '--validate=strict', '-k', all.directory]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });

  describe('requests to the webhook', () => {
    before(async () => {
      await using development = await overlay({ on: 'overlays/development', url: webhook.url, failurePolicy: 'Fail' });
      await succeed(plane.kubectl, ['apply', '-k', development.directory]);
      const bundle = Buffer.from(webhook.ca).toString('base64');
      const patch = [
        { op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: bundle },
        { op: 'add', path: '/webhooks/0/rules', value: shippedRules },
      ];
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

    test('are sent only if they can change an image', async () => {
      for (const { it, args, input, calls } of steps) {
        await succeed(plane.kubectl, [...args, '-n', 'shop'], input && JSON.stringify(input));
        const actual = webhook.takeCalls().map(({ operation, resource, subResource }) => {
          return `${operation} ${resource.resource}${subResource === undefined ? '' : `/${subResource}`}`;
        });
        assert.deepEqual({ it, calls: actual }, { it, calls });
      }
    });

    for (const namespace of ['kube-system', 'pullgate', 'out']) {
      test(`are not sent for the namespace ${namespace}`, async () => {
        await succeed(plane.kubectl, ['create', '-n', namespace, '-f', '-'], JSON.stringify(deployment));
        assert.deepEqual(webhook.takeCalls(), []);
      });
    }
  });

  const rights: readonly { may: boolean; args: string }[] = [
    { may: true, args: 'get secrets/pull -n shop' },
    { may: true, args: 'get serviceaccounts/default -n shop' },
    { may: true, args: 'list nodes' },
    { may: true, args: 'patch secrets/pullgate-tls -n pullgate' },
    { may: true, args: 'patch validatingwebhookconfigurations/pullgate' },
    { may: true, args: 'watch validatingwebhookconfigurations/pullgate' },
    { may: true, args: 'create events.events.k8s.io -n pullgate' },
    { may: false, args: 'create events.events.k8s.io -n shop' },
    { may: false, args: 'list secrets -n shop' },
    { may: false, args: 'watch secrets -n shop' },
    { may: false, args: 'create secrets -n pullgate' },
    { may: false, args: 'patch secrets/other -n pullgate' },
    { may: false, args: 'patch secrets/pullgate-tls -n shop' },
    { may: false, args: 'patch validatingwebhookconfigurations/other' },
    { may: false, args: 'watch validatingwebhookconfigurations' },
    { may: false, args: 'create validatingwebhookconfigurations' },
    { may: false, args: 'delete validatingwebhookconfigurations/pullgate' },
    { may: false, args: 'get nodes/one' },
    { may: false, args: 'watch nodes' },
    { may: false, args: 'create pods -n shop' },
    { may: false, args: 'get configmaps -n pullgate' },
  ];

  test('the ServiceAccount has only the rights that it needs', async () => {
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
