import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { succeed, type Kubectl } from '../support/control-plane/kubectl.ts';
import { needsStage, startStage, until, type Stage } from './stage.ts';

/** A CRD that accepts any object of its kind. */
function crd(group: string, version: string, kind: string, plural: string, scope: 'Namespaced' | 'Cluster'): object {
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}

/** The kinds of the test, and the spec of an object with one image. */
const kinds: readonly {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope?: 'Cluster';
  readonly spec: (image: string) => object;
}[] = [
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', plural: 'rollouts', spec: inTemplate },
  { apiVersion: 'serving.knative.dev/v1', kind: 'Service', plural: 'services', spec: inTemplate },
  { apiVersion: 'apps.kruise.io/v1beta1', kind: 'StatefulSet', plural: 'statefulsets', spec: inTemplate },
  {
    apiVersion: 'jobset.x-k8s.io/v1alpha2',
    kind: 'JobSet',
    plural: 'jobsets',
    spec: (image) => ({ replicatedJobs: [{ template: { spec: inTemplate(image) } }] }),
  },
  {
    apiVersion: 'kubeflow.org/v1',
    kind: 'PyTorchJob',
    plural: 'pytorchjobs',
    spec: (image) => ({ pytorchReplicaSpecs: { Worker: inTemplate(image) } }),
  },
  {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    plural: 'workflows',
    spec: (image) => ({ templates: [{ name: 'a', container: { image } }] }),
  },
  {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ClusterWorkflowTemplate',
    plural: 'clusterworkflowtemplates',
    scope: 'Cluster',
    spec: (image) => ({ serviceAccountName: 'none', templates: [{ name: 'a', container: { image } }] }),
  },
  {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    plural: 'tasks',
    spec: (image) => ({ steps: [{ name: 'a', image }] }),
  },
];

function inTemplate(image: string): object {
  return { template: { spec: { containers: [{ name: 'app', image }] } } };
}

const machine = { apiVersion: 'example.com/v1', kind: 'Machine', plural: 'machines', spec: inTemplate };
const gadget = { ...machine, kind: 'Gadget', plural: 'gadgets' };

/** The kinds that the log of the webhook warns about. */
function warnedKinds(log: string): readonly string[] {
  const lines = log.split('\n').filter((line) => line.includes('no rule of the webhook covers'));
  return lines.map((line) => (JSON.parse(line) as { readonly kind: string }).kind);
}

describe('custom workloads and a real API server', await needsStage(), () => {
  let stage: Stage;
  let kubectl: Kubectl;
  let missing: string;
  let good: string;
  let uncovered: readonly string[] = [];

  before(async () => {
    const workloads = [machine, gadget].map(({ kind, plural }) => ({
      group: 'example.com',
      kind,
      resource: plural,
      podPaths: ['spec.template'],
    }));
    stage = await startStage({ components: ['custom-workloads'], config: { workloads } });
    kubectl = stage.plane.kubectl;
    uncovered = await until(
      () => Promise.resolve(warnedKinds(stage.webhook.tail())),
      (found) => found.length >= 2,
    );
    missing = `${stage.open.host}/shop/app:9.9`;
    good = `${stage.open.host}/shop/app:1.0`;
    const items = [...kinds, machine, gadget].map(({ apiVersion, kind, plural, ...more }) => {
      const [group = '', version = ''] = apiVersion.split('/');
      return crd(group, version, kind, plural, 'scope' in more ? more.scope : 'Namespaced');
    });
    await succeed(kubectl, ['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    await succeed(kubectl, ['wait', '--for=condition=established', 'crd', '--all']);
    await succeed(kubectl, ['create', 'namespace', 'shop']);
    const rule = {
      apiGroups: ['example.com'],
      apiVersions: ['*'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['machines'],
      scope: 'Namespaced',
    };
    const annotation = `pullgate.dev/rules-machines=${JSON.stringify([rule])}`;
    await succeed(kubectl, ['annotate', 'validatingwebhookconfiguration/pullgate', annotation]);
    for (const probe of [...kinds, machine]) {
      await until(
        () => create(probe, missing, 'probe', '--dry-run=server'),
        ({ stderr }) => stderr.includes('denied the request'),
      );
    }
  });
  after(async () => stage?.stop());

  function create(
    { apiVersion, kind, spec }: Pick<(typeof kinds)[number], 'apiVersion' | 'kind' | 'spec'>,
    image: string,
    name: string,
    ...flags: readonly string[]
  ) {
    const object = JSON.stringify({ apiVersion, kind, metadata: { name }, spec: spec(image) });
    return kubectl(['create', '-n', 'shop', ...flags, '-f', '-'], object);
  }

  for (const kind of [...kinds, machine]) {
    test(`a ${kind.kind} with a missing image is denied, with the answer of the registry`, async () => {
      const { code, stderr } = await create(kind, missing, 'web');
      assert.equal(code, 1);
      for (const word of ['webhook "images.pullgate.dev" denied', missing, '404 MANIFEST_UNKNOWN']) {
        assert.ok(stderr.includes(word), `${word} is not in: ${stderr}`);
      }
      assert.doesNotMatch(stderr, /kubectl (set|patch)/);
    });

    test(`a ${kind.kind} with an image that exists is admitted, and its update is denied`, async () => {
      const { code, stderr } = await create(kind, good, 'good');
      assert.deepEqual([code, stderr], [0, '']);
      const resource = `${kind.plural}.${kind.apiVersion.split('/')[0]}/good`;
      const patch = JSON.stringify({ spec: kind.spec(missing) });
      const update = await kubectl(['patch', resource, '-n', 'shop', '--type=merge', '-p', patch]);
      assert.match(update.stderr, /denied the request/);
    });
  }

  test('a Task whose image is a parameter is admitted', async () => {
    const task = kinds.find(({ kind }) => kind === 'Task');
    assert.ok(task !== undefined);
    const { code, stderr } = await create(task, '$(params.image)', 'parameter');
    assert.deepEqual([code, stderr], [0, '']);
  });

  test('the log warned at the start of the configured kinds that no rule covered yet', () => {
    assert.deepEqual(uncovered.toSorted(), ['Gadget', 'Machine']);
  });
});
