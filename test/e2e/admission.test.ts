import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { AuditEvent } from '../support/control-plane/control-plane.ts';
import { succeed, type Kubectl, type KubectlResult } from '../support/control-plane/kubectl.ts';
import { puller } from '../support/docker-registry/docker-registry.ts';
import { deployment, podWithVolume, type DeploymentOptions } from './objects.ts';
import { needsStage, setStage, until, type Stage } from './stage.ts';

suite('end to end', await needsStage(), () => {
  let stage: Stage;
  let kubectl: Kubectl;
  let missing: string;
  let good: string;

  before(async () => {
    stage = await setStage();
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

  test('kubectl create deployment with a missing tag: refused, and the message names container, image, registry answer, and cure', async () => {
    const { code, stderr } = await kubectl(['create', 'deployment', 'web', `--image=${missing}`, '-n', 'shop']);
    assert.equal(code, 1);
    const words = [
      'webhook "images.pullgate.dev" denied',
      'container "app"',
      missing,
      '404 MANIFEST_UNKNOWN',
      'to mend',
    ];
    for (const word of words) assert.ok(stderr.includes(word), `${word} is not in: ${stderr}`);
    assert.equal(await isStored('shop', 'web'), false);
  });

  test('kubectl apply --dry-run=server of the same: refused the same; of a good one: passes, and nothing is stored', async () => {
    const dry = await apply('shop', deployment('web', missing), '--dry-run=server');
    const wet = await apply('shop', deployment('web', missing));
    assert.equal(dry.code, 1);
    assert.equal(dry.stderr, wet.stderr);
    assert.deepEqual(await apply('shop', deployment('web', good), '--dry-run=server'), {
      code: 0,
      stdout: 'deployment.apps/web created (server dry run)\n',
      stderr: '',
    });
    assert.equal(await isStored('shop', 'web'), false);
  });

  suite(
    'a private image with a good secret, a wrong one, a missing one, one in another namespace, one only on the ServiceAccount',
    () => {
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

      const cases: readonly { it: string; options: DeploymentOptions; refused?: RegExp }[] = [
        { it: 'a good secret', options: { secrets: ['good'] } },
        { it: 'a wrong one', options: { secrets: ['wrong'] }, refused: /wrong/ },
        { it: 'a missing one', options: { secrets: ['absent'] }, refused: /absent/ },
        { it: 'one in another namespace', options: { secrets: ['far'] }, refused: /far/ },
        { it: 'one only on the ServiceAccount', options: { serviceAccount: 'robot' } },
        { it: 'none', options: {}, refused: /401/ },
      ];
      for (const { it, options, refused } of cases) {
        test(`${it}: ${refused === undefined ? 'passes' : 'refused'}`, async () => {
          const manifest = deployment('private', `${stage.closed.host}/shop/app:1.0`, options);
          const { code, stderr } = await apply('shop', manifest, '--dry-run=server');
          assert.deepEqual(
            { code, stderr: code === 0 ? stderr : '' },
            { code: refused === undefined ? 0 : 1, stderr: '' },
          );
          if (refused !== undefined) assert.match(stderr, refused);
          assert.ok(!stderr.includes(puller.password) && !stderr.includes('not-the-password'));
        });
      }
    },
  );

  test('a public image under a ServiceAccount whose secret is for another registry: runs, also in the strict profile', async () => {
    const login = ['--docker-server=other.test', '--docker-username=me', '--docker-password=secret'];
    await succeed(kubectl, ['create', 'secret', 'docker-registry', 'other', '-n', 'strict', ...login]);
    await succeed(kubectl, ['create', 'serviceaccount', 'logged-in', '-n', 'strict']);
    const patch = '{"imagePullSecrets":[{"name":"other"}]}';
    await succeed(kubectl, ['patch', 'serviceaccount', 'logged-in', '-n', 'strict', '-p', patch]);
    const overrides = JSON.stringify({ apiVersion: 'v1', spec: { serviceAccountName: 'logged-in' } });
    const run = ['run', 'public', `--image=${good}`, '-n', 'strict', `--overrides=${overrides}`];
    assert.deepEqual(await kubectl(run), { code: 0, stdout: 'pod/public created\n', stderr: '' });
  });

  test(':latest and Never: warnings that kubectl prints; in the strict profile: refused', async () => {
    const manifests = [
      deployment('loose', `${stage.open.host}/shop/app:latest`),
      deployment('never', good, { pullPolicy: 'Never' }),
    ];
    for (const manifest of manifests) {
      const warned = await apply('shop', manifest, '--dry-run=server');
      assert.equal(warned.code, 0, warned.stderr);
      assert.match(warned.stderr, /^Warning: /);
      const refused = await apply('strict', manifest, '--dry-run=server');
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /denied the request/);
    }
  });

  test('an ephemeral container with a missing tag: refused; with a good one: added', async () => {
    await succeed(kubectl, ['run', 'shell', `--image=${good}`, '-n', 'shop']);
    const debug = ['debug', 'shell', '-n', 'shop', '--attach=false', '--container=probe'];
    const { code, stderr } = await kubectl([...debug, `--image=${missing}`]);
    assert.equal(code, 1);
    assert.match(stderr, /ephemeral container "probe"/);
    await succeed(kubectl, [...debug, `--image=${good}`]);
  });

  test('an image volume with a missing tag: refused; with a good one: passes; mounted by nothing: a warning', async () => {
    const refused = await apply('shop', podWithVolume(good, missing, true), '--dry-run=server');
    assert.match(refused.stderr, /volume "data"/);
    assert.equal(refused.code, 1);
    await succeed(kubectl, ['apply', '-n', 'shop', '--dry-run=server', '-f', '-'], podWithVolume(good, good, true));
    const warned = await apply('shop', podWithVolume(good, missing, false), '--dry-run=server');
    assert.deepEqual({ code: warned.code, warned: warned.stderr.startsWith('Warning: ') }, { code: 0, warned: true });
  });

  test("audit profile: the same broken Deployment is stored, with the warnings, and audit annotations in the API server's audit log", async () => {
    const { code, stderr } = await apply('audit', deployment('web', missing, { replicas: 0 }));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Warning: /);
    assert.equal(await isStored('audit', 'web'), true);
    const [event] = await untilAudited((event) => event.objectRef?.namespace === 'audit' && isOf(event, 'deployments'));
    assert.match(JSON.stringify(pullgateAnnotations(event)), /image-not-found/);
  });

  test('Deployment → ReplicaSet → Pod by the controller manager passes through the webhook; scale-down with the registry stopped is never refused', async () => {
    // Something to warn of leaves its trace in the audit log at each of the three.
    const image = `${stage.mortal.host}/shop/app:1.0`;
    await succeed(kubectl, ['apply', '-n', 'shop', '-f', '-'], deployment('chain', image, { replicas: 2 }));
    const loose = deployment('loose', `${stage.open.host}/shop/app:latest`);
    await succeed(kubectl, ['apply', '-n', 'shop', '-f', '-'], loose);
    for (const resource of ['deployments', 'replicasets', 'pods']) {
      const [event] = await untilAudited(
        (event) => isOf(event, resource) && JSON.stringify(pullgateAnnotations(event)).includes('latest-tag'),
      );
      if (resource !== 'deployments') assert.match(event?.user.username ?? '', /^system:serviceaccount:kube-system:/);
    }
    const pods = ['get', 'pods', '-n', 'shop', '-l', 'app=chain', '-o', 'name'];
    await until(
      () => succeed(kubectl, pods),
      (names) => names.trim().split('\n').length === 2,
    );
    await stage.mortal.stop();
    await succeed(kubectl, ['scale', 'deployment/chain', '--replicas=0', '-n', 'shop']);
    await until(
      () => succeed(kubectl, pods),
      (names) => names.trim() === '',
    );
  });

  for (const namespace of ['kube-system', 'pullgate', 'out']) {
    const title = "kube-system, the webhook's own namespace, and a namespace that is labelled out are left alone";
    test(`${title}: ${namespace}`, async () => {
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

function isOf(event: AuditEvent, resource: string): boolean {
  return event.objectRef?.resource === resource && event.stage === 'ResponseComplete';
}

/** The API server prefixes a webhook's annotations with its name. */
function pullgateAnnotations(event: AuditEvent | undefined): Readonly<Record<string, string>> {
  const all = Object.entries(event?.annotations ?? {});
  return Object.fromEntries(all.filter(([key]) => key.startsWith('images.pullgate.dev/')));
}
