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
import { assertHealthy } from './healthy.ts';
import { until } from './until.ts';

/** A real API server that asks the webhook of this process about everything: no match condition spares it a call. */
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

/** The stage is set when the first test asks for it: where none is asked for, nothing is started. */
function stage(): Promise<Stage> {
  return (started ??= setStage());
}

async function setStage(): Promise<Stage> {
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
  await until('the API server asks', async () => isRefused(await create(named('probe', [missing]))), 20_000);
  const things = stack.move();
  return { plane, pullgate, registry, good, missing, create, [Symbol.asyncDispose]: () => things.disposeAsync() };
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

function isRefused({ code, stderr }: KubectlResult): boolean {
  return code !== 0 && stderr.includes('webhook "images.pullgate.dev" denied the request');
}

/** A manifest that the API server takes: Deployments want a selector. */
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

test('F12 kubectl delete of what could not be pulled any more is not in the way', needs, async () => {
  const { plane, registry, pullgate, create, good } = await stage();
  assert.equal((await create(named('gone', [good]))).code, 0);
  registry.log.length = 0;
  await succeed(plane.kubectl, ['delete', 'deployment', 'gone', '-n', 'team', '--wait=false']);
  assert.deepEqual(registry.log, []);
  await assertHealthy(pullgate);
});

test('F15 an ephemeral container with a missing image is refused, with a good one it is added', needs, async () => {
  const { plane, pullgate, create, good, missing } = await stage();
  const created = await create(podNamed('shell', [good]));
  assert.equal(created.code, 0, created.stderr);
  const debug = ['debug', 'shell', '-n', 'team', '--attach=false', '--container=probe'];
  const refused = await plane.kubectl([...debug, `--image=${missing}`]);
  assert.ok(isRefused(refused), refused.stderr);
  assert.match(refused.stderr, /ephemeral container "probe"/);
  await succeed(plane.kubectl, [...debug, `--image=${good}`]);
  await assertHealthy(pullgate);
});

for (const { mounted, refused } of [
  { mounted: true, refused: true },
  { mounted: false, refused: false },
]) {
  const title = `F16 an image volume without a reference, ${mounted ? 'mounted: refused' : 'mounted by nothing: warned of'}`;
  test(title, needs, async () => {
    const { pullgate, create, good } = await stage();
    const volumes = [{ name: 'data', image: {} }];
    const volumeMounts = mounted ? [{ name: 'data', mountPath: '/data' }] : [];
    const containers = [{ name: 'c', image: good, volumeMounts }];
    const answer = await create(named(`volume-${mounted}`, [], { containers, volumes }));
    assert.equal(isRefused(answer), refused, answer.stderr);
    assert.match(answer.stderr, /volume "data"/);
    await assertHealthy(pullgate);
  });
}

test('F17 a mirror pod with a missing image is let be', needs, async () => {
  const { pullgate, registry, create, missing } = await stage();
  registry.log.length = 0;
  const annotations = { 'kubernetes.io/config.mirror': 'a-hash' };
  const more = { nodeName: 'node-1', automountServiceAccountToken: false };
  const { code, stderr } = await create(podNamed('mirror', [missing], { annotations }, more));
  assert.deepEqual([code, stderr], [0, '']);
  await until('the webhook was asked', () => pullgate.log.some((line) => line.includes('"mirror"')));
  assert.deepEqual(registry.log, []);
  await assertHealthy(pullgate);
});

// An empty one is refused by the API server itself.
for (const image of [' ', '\t']) {
  test(
    `F18 a template whose image is ${JSON.stringify(image)} comes through to the webhook and is refused`,
    needs,
    async () => {
      const { pullgate, create } = await stage();
      const answer = await create(named('blank', [image]));
      assert.ok(isRefused(answer), answer.stderr);
      assert.match(answer.stderr, /container "c0"/);
      await assertHealthy(pullgate);
    },
  );
}

test('F24 warnings of strange images come through to kubectl', needs, async () => {
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
