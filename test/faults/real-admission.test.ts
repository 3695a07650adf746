import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { caCertificate } from '../support/certificates.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed, type KubectlResult } from '../support/control-plane/kubectl.ts';
import { podSpec } from '../support/pods.ts';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { until } from './support/until.ts';

/** A real API server that sends every request to the webhook in this process, without match conditions. */
interface Stage extends AsyncDisposable {
  readonly plane: ControlPlane;
  readonly pullgate: RunningPullgate;
  readonly registry: RunningScript;
  readonly good: string;
  readonly missing: string;
  readonly create: (object: object, namespace?: string) => Promise<KubectlResult>;
}

const needs = await needsControlPlane();
let started: Promise<Stage> | undefined;

/** The stage that all tests share. It starts when the first test needs it. */
function stage(): Promise<Stage> {
  return (started ??= startStage());
}

async function startStage(): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const registry = stack.use(await startScript(publicRegistry()));
  const pullgate = stack.use(await startPullgate({ namespaces: [{ names: ['audit'], profile: 'audit' }] }));
  const plane = stack.use(await startControlPlane({ controllers: false }));
  const { kubectl } = plane;
  for (const namespace of ['team', 'audit']) {
    await succeed(kubectl, ['create', 'namespace', namespace]);
    await succeed(kubectl, ['create', 'serviceaccount', 'default', '-n', namespace]);
  }
  const host = registry.substitute('{{registry}}');
  const [good, missing] = [`${host}/team/app:v1`, `${host}/team/app:v9`];
  const create = (object: object, namespace = 'team') =>
    kubectl(['create', '-n', namespace, '-f', '-'], JSON.stringify(object));
  await succeed(kubectl, ['create', '-f', '-'], JSON.stringify(await configuration(pullgate.webhook.port)));
  await until(
    'the API server calls the webhook',
    async () => isDenied(await create(named('probe', [missing]))),
    20_000,
  );
  const resources = stack.move();
  return { plane, pullgate, registry, good, missing, create, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

after(async () => (await started)?.[Symbol.asyncDispose]());

async function configuration(port: number): Promise<object> {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'pullgate' },
    webhooks: [
      {
        name: 'images.pullgate.dev',
        admissionReviewVersions: ['v1'],
        clientConfig: {
          url: `https://127.0.0.1:${port}/validate`,
          caBundle: Buffer.from(await caCertificate()).toString('base64'),
        },
        failurePolicy: 'Fail',
        sideEffects: 'None',
        timeoutSeconds: 10,
        rules: [
          {
            apiGroups: ['', 'apps'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE', 'DELETE'],
            resources: ['pods', 'pods/ephemeralcontainers', 'deployments'],
            scope: 'Namespaced',
          },
        ],
      },
    ],
  };
}

function isDenied({ code, stderr }: KubectlResult): boolean {
  return code !== 0 && stderr.includes('webhook "images.pullgate.dev" denied the request');
}

/** A Deployment with all fields that the API server requires, for example a selector. */
function named(name: string, images: readonly string[], more: object = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec(images, { ...more }) },
    },
  };
}

function podNamed(name: string, images: readonly string[], metadata: object = {}, more: object = {}): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: podSpec(images, { ...more }) };
}

test('F12 kubectl delete works without a request to the registry', needs, async () => {
  const { plane, registry, pullgate, create, good } = await stage();
  assert.equal((await create(named('gone', [good]))).code, 0);
  registry.log.length = 0;
  await succeed(plane.kubectl, ['delete', 'deployment', 'gone', '-n', 'team', '--wait=false']);
  assert.deepEqual(registry.log, []);
  await assertHealthy(pullgate);
});

test('F15 an ephemeral container with a missing image is denied, and with a good image is added', needs, async () => {
  const { plane, pullgate, create, good, missing } = await stage();
  const created = await create(podNamed('shell', [good]));
  assert.equal(created.code, 0, created.stderr);
  const debug = ['debug', 'shell', '-n', 'team', '--attach=false', '--container=probe'];
  const denied = await plane.kubectl([...debug, `--image=${missing}`]);
  assert.ok(isDenied(denied), denied.stderr);
  assert.match(denied.stderr, /ephemeral container "probe"/);
  await succeed(plane.kubectl, [...debug, `--image=${good}`]);
  await assertHealthy(pullgate);
});

for (const { mounted, denied } of [
  { mounted: true, denied: true },
  { mounted: false, denied: false },
]) {
  const title = `F16 an image volume without a reference ${mounted ? 'is denied if a container mounts it' : 'gives a warning if no container mounts it'}`;
  test(title, needs, async () => {
    const { pullgate, create, good } = await stage();
    const volumes = [{ name: 'data', image: {} }];
    const volumeMounts = mounted ? [{ name: 'data', mountPath: '/data' }] : [];
    const containers = [{ name: 'c', image: good, volumeMounts }];
    const answer = await create(named(`volume-${mounted}`, [], { containers, volumes }));
    assert.equal(isDenied(answer), denied, answer.stderr);
    assert.match(answer.stderr, /volume "data"/);
    await assertHealthy(pullgate);
  });
}

test('F17 a mirror pod with a missing image is allowed', needs, async () => {
  const { pullgate, registry, create, missing } = await stage();
  registry.log.length = 0;
  const annotations = { 'kubernetes.io/config.mirror': 'a-hash' };
  const more = { nodeName: 'node-1', automountServiceAccountToken: false };
  const { code, stderr } = await create(podNamed('mirror', [missing], { annotations }, more));
  assert.deepEqual([code, stderr], [0, '']);
  await until('the webhook has logged the review', () => pullgate.log.some((line) => line.includes('"mirror"')));
  assert.deepEqual(registry.log, []);
  await assertHealthy(pullgate);
});

// The API server itself rejects an empty image.
for (const image of [' ', '\t']) {
  test(`F18 a template with the image ${JSON.stringify(image)} reaches the webhook and is denied`, needs, async () => {
    const { pullgate, create } = await stage();
    const answer = await create(named('blank', [image]));
    assert.ok(isDenied(answer), answer.stderr);
    assert.match(answer.stderr, /container "c0"/);
    await assertHealthy(pullgate);
  });
}

test('F24 warnings about strange images reach kubectl', needs, async () => {
  const { pullgate, create } = await stage();
  const strange = ['no\nnew\r\nline', 'em🐳ji:🦭', `${'x'.repeat(5_000)}:UP CASE`, '\u0001\u001b[31mred'];
  const { code, stderr } = await create(named('strange', strange), 'audit');
  assert.equal(code, 0, stderr);
  const warnings = stderr.split('\n').filter((line) => line.startsWith('Warning: '));
  for (const name of ['c0', 'c1', 'c2', 'c3']) {
    assert.ok(
      warnings.some((line) => line.includes(`"${name}"`)),
      `${name} is not in ${stderr}`,
    );
  }
  await assertHealthy(pullgate);
});

/** A Deployment whose argument has `mebibytes` of `<`, which the API server writes to the review as six bytes each. */
function escaped(image: string, mebibytes: number): string {
  const args = ['<'.repeat(mebibytes * 2 ** 20)];
  return JSON.stringify(named('large', [], { containers: [{ name: 'c', image, args }] }));
}

test('F101 an object of 2.9 MiB whose review is six times larger is denied for its missing image', needs, async () => {
  const { plane, pullgate, good, missing } = await stage();
  const deployments = '/apis/apps/v1/namespaces/team/deployments';
  const denied = await plane.kubectl(['create', '--raw', deployments, '-f', '-'], escaped(missing, 2.9));
  assert.ok(isDenied(denied), denied.stderr);
  // The review of an update has both objects. The stored one has at most 1.5 MiB.
  await succeed(plane.kubectl, ['create', '--raw', deployments, '-f', '-'], escaped(good, 1.4));
  const update = await plane.kubectl(['replace', '--raw', `${deployments}/large`, '-f', '-'], escaped(missing, 2.9));
  assert.ok(isDenied(update), update.stderr);
  await assertHealthy(pullgate);
});
