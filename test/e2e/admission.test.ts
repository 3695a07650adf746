import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AuditEvent } from '../support/control-plane/control-plane.ts';
import { succeed, type Kubectl, type KubectlResult } from '../support/control-plane/kubectl.ts';
import { puller } from '../support/docker-registry/docker-registry.ts';
import { deployment, podWithVolume, type DeploymentOptions } from './objects.ts';
import { isFor, pullgateAnnotations } from './audit.ts';
import { needsStage, startStage, until, type Stage } from './stage.ts';

describe('end to end', await needsStage(), () => {
  let stage: Stage;
  let kubectl: Kubectl;
  let missing: string;
  let good: string;

  before(async () => {
    stage = await startStage();
    kubectl = stage.plane.kubectl;
    missing = `${stage.open.host}/shop/app:9.9`;
    good = `${stage.open.host}/shop/app:1.0`;
    for (const namespace of ['shop', 'strict', 'audit', 'elsewhere', 'out']) {
      await succeed(kubectl, ['create', 'namespace', namespace]);
    }
    await succeed(kubectl, ['label', 'namespace', 'out', 'pullgate.dev/webhook=ignore']);
    await until(
      () => kubectl(['create', '-n', 'shop', '--dry-run=server', '-f', '-'], deployment('probe', missing)),
      ({ stderr }) => stderr.includes('denied the request'),
    );
  });
  after(async () => stage?.stop());

  function apply(namespace: string, manifest: string, ...flags: readonly string[]): Promise<KubectlResult> {
    return kubectl(['apply', '-n', namespace, ...flags, '-f', '-'], manifest);
  }

  async function isStored(namespace: string, name: string): Promise<boolean> {
    return (await kubectl(['get', 'deployment', name, '-n', namespace])).code === 0;
  }

  test('a Deployment with a missing tag is denied, with container, image, registry answer and fix in the message', async () => {
    const { code, stderr } = await kubectl(['create', 'deployment', 'web', `--image=${missing}`, '-n', 'shop']);
    assert.equal(code, 1);
    const words = [
      'webhook "images.pullgate.dev" denied',
      'container "app"',
      missing,
      '404 MANIFEST_UNKNOWN',
      'to fix',
    ];
    for (const word of words) assert.ok(stderr.includes(word), `${word} is not in: ${stderr}`);
    assert.equal(await isStored('shop', 'web'), false);
  });

  test('a server-side dry run gets the same verdict and message, and nothing is stored', async () => {
    const dry = await apply('shop', deployment('web', missing), '--dry-run=server');
    const real = await apply('shop', deployment('web', missing));
    assert.equal(dry.code, 1);
    assert.equal(dry.stderr, real.stderr);
    assert.deepEqual(await apply('shop', deployment('web', good), '--dry-run=server'), {
      code: 0,
      stdout: 'deployment.apps/web created (server dry run)\n',
      stderr: '',
    });
    assert.equal(await isStored('shop', 'web'), false);
  });

  describe('a private image', () => {
    before(async () => {
      const secrets: readonly (readonly [string, string, string])[] = [
        ['shop', 'good', puller.password],
        ['shop', 'wrong', 'not-the-password'],
        ['elsewhere', 'far', puller.password],
      ];
      for (const [namespace, name, password] of secrets) {
        const login = [`--docker-server=${stage.closed.host}`, `--docker-username=${puller.username}`];
        const args = ['create', 'secret', 'docker-registry', name, '-n', namespace, ...login];
        await succeed(kubectl, [...args, `--docker-password=${password}`]);
      }
      await succeed(kubectl, ['create', 'serviceaccount', 'robot', '-n', 'shop']);
      const patch = '{"imagePullSecrets":[{"name":"good"}]}';
      await succeed(kubectl, ['patch', 'serviceaccount', 'robot', '-n', 'shop', '-p', patch]);
    });

    const cases: readonly { it: string; options: DeploymentOptions; denied?: RegExp }[] = [
      { it: 'with a good secret', options: { secrets: ['good'] } },
      { it: 'with a wrong secret', options: { secrets: ['wrong'] }, denied: /wrong/ },
      { it: 'with a missing secret', options: { secrets: ['absent'] }, denied: /absent/ },
      { it: 'with a secret in another namespace', options: { secrets: ['far'] }, denied: /far/ },
      { it: 'with a secret only in the ServiceAccount', options: { serviceAccount: 'robot' } },
      { it: 'without a secret', options: {}, denied: /401/ },
    ];
    for (const { it, options, denied } of cases) {
      test(`${it} is ${denied === undefined ? 'allowed' : 'denied'}`, async () => {
        const manifest = deployment('private', `${stage.closed.host}/shop/app:1.0`, options);
        const { code, stderr } = await apply('shop', manifest, '--dry-run=server');
        assert.deepEqual(
          { code, stderr: code === 0 ? stderr : '' },
          { code: denied === undefined ? 0 : 1, stderr: '' },
        );
        if (denied !== undefined) assert.match(stderr, denied);
        assert.ok(!stderr.includes(puller.password) && !stderr.includes('not-the-password'));
      });
    }
  });

  test('a public image is allowed in the strict profile if the secret of its ServiceAccount is for another registry', async () => {
    const login = ['--docker-server=other.test', '--docker-username=me', '--docker-password=secret'];
    await succeed(kubectl, ['create', 'secret', 'docker-registry', 'other', '-n', 'strict', ...login]);
    await succeed(kubectl, ['create', 'serviceaccount', 'logged-in', '-n', 'strict']);
    const patch = '{"imagePullSecrets":[{"name":"other"}]}';
    await succeed(kubectl, ['patch', 'serviceaccount', 'logged-in', '-n', 'strict', '-p', patch]);
    const overrides = JSON.stringify({ apiVersion: 'v1', spec: { serviceAccountName: 'logged-in' } });
    const run = ['run', 'public', `--image=${good}`, '-n', 'strict', `--overrides=${overrides}`];
    assert.deepEqual(await kubectl(run), { code: 0, stdout: 'pod/public created\n', stderr: '' });
  });

  test(':latest and the pull policy Never give warnings in kubectl, and are denied in the strict profile', async () => {
    const manifests = [
      deployment('loose', `${stage.open.host}/shop/app:latest`),
      deployment('never', good, { pullPolicy: 'Never' }),
    ];
    for (const manifest of manifests) {
      const warned = await apply('shop', manifest, '--dry-run=server');
      assert.equal(warned.code, 0, warned.stderr);
      assert.match(warned.stderr, /^Warning: /);
      const denied = await apply('strict', manifest, '--dry-run=server');
      assert.equal(denied.code, 1);
      assert.match(denied.stderr, /denied the request/);
    }
  });

  test('an ephemeral container with a missing tag is denied, and with a good tag is added', async () => {
    await succeed(kubectl, ['run', 'shell', `--image=${good}`, '-n', 'shop']);
    const debug = ['debug', 'shell', '-n', 'shop', '--attach=false', '--container=probe'];
    const { code, stderr } = await kubectl([...debug, `--image=${missing}`]);
    assert.equal(code, 1);
    assert.match(stderr, /ephemeral container "probe"/);
    await succeed(kubectl, [...debug, `--image=${good}`]);
  });

  test('an image volume with a missing tag is denied; if no container mounts it, it gives a warning', async () => {
    const denied = await apply('shop', podWithVolume(good, missing, true), '--dry-run=server');
    assert.match(denied.stderr, /volume "data"/);
    assert.equal(denied.code, 1);
    await succeed(kubectl, ['apply', '-n', 'shop', '--dry-run=server', '-f', '-'], podWithVolume(good, good, true));
    const warned = await apply('shop', podWithVolume(good, missing, false), '--dry-run=server');
    assert.deepEqual({ code: warned.code, warned: warned.stderr.startsWith('Warning: ') }, { code: 0, warned: true });
  });

  test('a Deployment with a missing tag is stored in the audit profile, with warnings and audit annotations', async () => {
    const { code, stderr } = await apply('audit', deployment('web', missing, { replicas: 0 }));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Warning: /);
    assert.equal(await isStored('audit', 'web'), true);
    const [event] = await untilAudited(
      (event) => event.objectRef?.namespace === 'audit' && isFor(event, 'deployments'),
    );
    assert.match(JSON.stringify(pullgateAnnotations(event)), /image-not-found/);
  });

  test('Deployment, ReplicaSet and Pod all reach the webhook, and a scale-down works with the registry stopped', async () => {
    // The warning about `latest` gives an audit annotation at each of the three.
    const image = `${stage.temporary.host}/shop/app:1.0`;
    await succeed(kubectl, ['apply', '-n', 'shop', '-f', '-'], deployment('chain', image, { replicas: 2 }));
    const loose = deployment('loose', `${stage.open.host}/shop/app:latest`);
    await succeed(kubectl, ['apply', '-n', 'shop', '-f', '-'], loose);
    for (const resource of ['deployments', 'replicasets', 'pods']) {
      const [event] = await untilAudited(
        (event) => isFor(event, resource) && JSON.stringify(pullgateAnnotations(event)).includes('latest-tag'),
      );
      if (resource !== 'deployments') assert.match(event?.user.username ?? '', /^system:serviceaccount:kube-system:/);
    }
    const pods = ['get', 'pods', '-n', 'shop', '-l', 'app=chain', '-o', 'name'];
    await until(
      () => succeed(kubectl, pods),
      (names) => names.trim().split('\n').length === 2,
    );
    await stage.temporary.stop();
    await succeed(kubectl, ['scale', 'deployment/chain', '--replicas=0', '-n', 'shop']);
    await until(
      () => succeed(kubectl, pods),
      (names) => names.trim() === '',
    );
  });

  for (const namespace of ['kube-system', 'pullgate', 'out']) {
    test(`the namespace ${namespace} is not checked`, async () => {
      const { code, stderr } = await apply(namespace, deployment('web', missing, { replicas: 0 }));
      assert.deepEqual({ code, warned: stderr.includes('pullgate.dev:') }, { code: 0, warned: false });
    });
  }

  async function untilAudited(wanted: (event: AuditEvent) => boolean): Promise<readonly AuditEvent[]> {
    return until(
      async () => (await stage.plane.auditEvents()).filter((event) => event.verb === 'create' && wanted(event)),
      (events) => events.length > 0,
    );
  }
});
