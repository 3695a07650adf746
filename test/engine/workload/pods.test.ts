import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { limits } from '../../../src/engine/limits.ts';
import { plansOf } from '../../../src/engine/plan.ts';
import { nameImages } from '../../../src/engine/workload/named-image.ts';
import { kindByShape } from '../../../src/engine/workload/pod-shape.ts';
import { kindsWith, workloadKind, type KindOf } from '../../../src/engine/workload/workload-kind.ts';
import { readWorkloads, type Workload } from '../../../src/engine/workload/workload.ts';
import { podSpec } from '../../support/pods.ts';

const group = 'example.com';
const own = kindsWith([
  { group, kind: 'Machine', resource: 'machines', podPaths: ['spec.template', 'spec.parts[*]', 'spec.extra.*.pod'] },
]);

function read(kindOf: KindOf, of: string, kind: string, spec: object): readonly Workload[] {
  const row = kindOf(of, kind);
  assert.ok(row !== undefined);
  return readWorkloads(row, { metadata: { name: 'x' }, spec }, 'team');
}

/** The images that are checked, after what the controller fills in is left out. */
function checked(workloads: readonly Workload[]): readonly string[] {
  return workloads.flatMap(({ uses, template }) =>
    nameImages(uses, template, { placeholders: [], rewrites: [] }).map(({ use }) => use.image),
  );
}

describe('the images that are checked', () => {
  const cases: readonly { it: string; of: string; kind: string; spec: object; images: readonly string[] }[] = [
    {
      it: 'are those without an Argo parameter',
      of: 'argoproj.io',
      kind: 'Workflow',
      spec: {
        templates: [
          { container: { image: '{{inputs.parameters.image}}' } },
          { container: { image: "app:{{= workflow.parameters['tag'] }}" } },
          { container: { image: 'app:1' } },
        ],
      },
      images: ['app:1'],
    },
    {
      it: 'are none if a patch of the pod spec may replace them',
      of: 'argoproj.io',
      kind: 'Workflow',
      spec: {
        podSpecPatch: '{"containers":[{"name":"main","image":"app:2"}]}',
        templates: [{ container: { image: 'app:1' } }],
      },
      images: [],
    },
    {
      it: 'are those beside a patch that names no image',
      of: 'argoproj.io',
      kind: 'Workflow',
      spec: { templates: [{ podSpecPatch: 'priority: 1', container: { image: 'app:1' } }] },
      images: ['app:1'],
    },
    {
      it: 'are not those of Argo templates that get theirs from templateDefaults',
      of: 'argoproj.io',
      kind: 'Workflow',
      spec: { templateDefaults: { container: { image: 'app:1' } }, templates: [{ container: { command: ['a'] } }] },
      images: [],
    },
    {
      it: 'are those without a Tekton parameter',
      of: 'tekton.dev',
      kind: 'Task',
      spec: { steps: [{ image: '$(params.image)' }, { image: 'app:$(params.tag)' }, { image: 'app:1' }, { ref: {} }] },
      images: ['app:1'],
    },
    {
      it: 'are also that of a stepTemplate, for each step that has none',
      of: 'tekton.dev',
      kind: 'Task',
      spec: { stepTemplate: { image: 'base:1' }, steps: [{ name: 'a' }, { name: 'b', image: 'app:1' }, { name: 'c' }] },
      images: ['base:1', 'app:1', 'base:1'],
    },
    {
      it: 'are not that of a stepTemplate that no step needs',
      of: 'tekton.dev',
      kind: 'Task',
      spec: { stepTemplate: { image: 'base:1' }, steps: [{ image: 'app:1' }] },
      images: ['app:1'],
    },
    {
      it: 'are not those that a Rollout does not have',
      of: 'argoproj.io',
      kind: 'Rollout',
      spec: { workloadRef: { name: 'web' } },
      images: [],
    },
    {
      it: 'are not the blank ones of a custom kind, which its controller may fill in',
      of: 'ray.io',
      kind: 'RayCluster',
      spec: { headGroupSpec: { template: { spec: { containers: [{ name: 'a' }, { name: 'b', image: null }] } } } },
      images: [],
    },
    {
      it: 'are invalid ones of a custom kind too',
      of: 'argoproj.io',
      kind: 'Rollout',
      spec: { template: { spec: podSpec(['A:::']) } },
      images: ['A:::'],
    },
  ];
  for (const { it, of, kind, spec, images } of cases) {
    test(it, () => assert.deepEqual(checked(read(workloadKind, of, kind, spec)), images));
  }
});

describe('a kind of the configuration', () => {
  const template = { spec: podSpec(['a:1']) };
  test('has its pods where its paths say, in templates or directly', () => {
    const parts = [podSpec(['b:1']), { spec: podSpec(['c:1']) }];
    const [workload] = read(own, group, 'Machine', { template, parts, extra: { 'a.b/c': { pod: podSpec(['d:1']) } } });
    assert.deepEqual(
      workload?.uses.map(({ path }) => path),
      [
        'spec.template.spec.containers[0].image',
        'spec.parts[0].containers[0].image',
        'spec.parts[1].spec.containers[0].image',
        'spec.extra[a.b/c].pod.containers[0].image',
      ],
    );
  });

  test('replaces a custom kind, but not a kind of Kubernetes', () => {
    const kindOf = kindsWith([
      { group: 'argoproj.io', kind: 'Rollout', resource: 'rollouts', podPaths: ['spec.other'] },
      { group: 'apps', kind: 'Deployment', resource: 'deployments', podPaths: ['spec.other'] },
    ]);
    const spec = { other: template };
    assert.deepEqual(checked(read(kindOf, 'argoproj.io', 'Rollout', spec)), ['a:1']);
    assert.deepEqual(checked(read(kindOf, 'apps', 'Deployment', spec)), []);
    assert.equal(kindOf('argoproj.io', 'Workflow'), workloadKind('argoproj.io', 'Workflow'));
  });

  test('is looked up in a table that is made once', () => {
    const list = [{ group, kind: 'Machine', resource: 'machines', podPaths: ['spec'] }];
    assert.equal(kindsWith(list), kindsWith(list));
    assert.equal(kindsWith([]), workloadKind);
  });
});

describe('the pods of an object', () => {
  test('are one workload if they have the same credentials and nodes', () => {
    const tasks = Array.from({ length: 300 }, (_, at) => ({ template: { spec: podSpec([`app${at}:1`]) } }));
    const workloads = read(workloadKind, 'batch.volcano.sh', 'Job', { tasks });
    assert.deepEqual(
      workloads.map(({ uses, beyond }) => [uses.length, beyond]),
      [[300, []]],
    );
  });

  test('have at most the images of a limit, and the rest is said to be left out', () => {
    const tasks = Array.from({ length: 3 }, () => ({
      template: { spec: podSpec(Array.from({ length: 1_000 }, (_, at) => `app${at}:1`)) },
    }));
    const [workload] = read(workloadKind, 'batch.volcano.sh', 'Job', { tasks });
    assert.deepEqual([workload?.uses.length, workload?.beyond], [limits.images, ['images']]);
  });

  test('are not searched without end, however many an object has', () => {
    const pytorchReplicaSpecs = Object.fromEntries(
      Array.from({ length: 200_000 }, (_, at) => [`r${at}`, { template: { spec: {} } }]),
    );
    const [workload] = read(workloadKind, 'kubeflow.org', 'PyTorchJob', { pytorchReplicaSpecs });
    assert.deepEqual([workload?.uses.length, workload?.beyond], [0, ['images']]);
  });

  test('are said to be left out if there are too many members to search', () => {
    const members = Array.from({ length: 30_000 }, (_, at) => [`r${at}`, {}] as const);
    const last = ['last', { template: { spec: podSpec(['a:1']) } }] as const;
    const found = read(workloadKind, 'kubeflow.org', 'PyTorchJob', {
      pytorchReplicaSpecs: Object.fromEntries([...members, last]),
    });
    assert.deepEqual(
      found.map(({ uses, beyond }) => [uses.length, beyond]),
      [[0, ['images']]],
    );
  });

  test('have at most some different settings, and the rest is said to be left out', () => {
    const tasks = Array.from({ length: 30 }, (_, at) => ({
      template: { spec: podSpec(['a:1'], { nodeName: `n${at}` }) },
    }));
    const workloads = read(workloadKind, 'batch.volcano.sh', 'Job', { tasks });
    assert.equal(workloads.length, limits.podSettings);
    assert.deepEqual(
      workloads.flatMap(({ beyond }) => beyond),
      ['podSettings'],
    );
  });
});

describe('an update of a custom workload', () => {
  const plain = { template: { spec: podSpec(['a:1']) } };
  const secret = { template: { spec: podSpec(['a:1'], { imagePullSecrets: [{ name: 's' }] }) } };
  const cases: readonly { it: string; before: readonly object[]; now: readonly object[]; images: readonly string[] }[] =
    [
      { it: 'checks nothing if tasks only change places', before: [plain, secret], now: [secret, plain], images: [] },
      { it: 'checks nothing if a task is taken away', before: [plain, secret], now: [secret], images: [] },
      {
        it: 'checks nothing if a task is added that is equal to another',
        before: [plain],
        now: [plain, plain],
        images: [],
      },
      {
        it: 'checks an image with pull secrets that no task used',
        before: [plain],
        now: [plain, secret],
        images: ['a:1'],
      },
      {
        it: 'checks a new image',
        before: [plain],
        now: [{ template: { spec: podSpec(['b:1']) } }, plain],
        images: ['b:1'],
      },
    ];
  for (const { it, before, now, images } of cases) {
    test(it, () => {
      const common = { group: 'batch.volcano.sh', kind: 'Job', namespace: 'team', admitted: true };
      const plans = plansOf({ ...common, object: { spec: { tasks: now } }, before: { spec: { tasks: before } } });
      assert.deepEqual(
        plans.flatMap(({ uses }) => uses.map(({ image }) => image)),
        images,
      );
    });
  }
});

describe('the shape of a pod spec', () => {
  const spec = podSpec(['a:1']);
  const cases: readonly { it: string; object: object; paths: readonly string[] }[] = [
    { it: 'is found in a template', object: { spec: { template: { spec } } }, paths: ['spec.template.spec'] },
    {
      it: 'is found in a list, once',
      object: { spec: { parts: [{ spec }, { spec }] } },
      paths: ['spec.parts[*].spec'],
    },
    { it: 'is found outside the spec', object: { pod: spec }, paths: ['pod'] },
    {
      it: 'is found by its init containers',
      object: { spec: { initContainers: [{ name: 'a', image: 'b' }] } },
      paths: ['spec'],
    },
    { it: 'needs an image', object: { spec: { containers: [{ name: 'a' }] } }, paths: [] },
    { it: 'needs a name', object: { spec: { containers: [{ image: 'a' }] } }, paths: [] },
    { it: 'is not looked for in the status', object: { status: { spec }, metadata: { spec } }, paths: [] },
    { it: 'is not a schema', object: { spec: { containers: { items: { name: 'a', image: 'b' } } } }, paths: [] },
    {
      it: 'is not looked for in the deep',
      object: Array.from({ length: 40 }).reduce<object>((below) => ({ spec: below }), spec),
      paths: [],
    },
  ];
  for (const { it, object, paths } of cases) {
    test(it, () => {
      const row = kindByShape('example.com', 'Machine', object);
      assert.deepEqual(row?.views.map(({ podSpec: path }) => path.text) ?? [], paths);
    });
  }

  test('leaves out what is no image reference: it may be a pattern or a parameter', () => {
    const object = { spec: podSpec(['*:*', '!*:latest', '${IMAGE}', '{{ .image }}', '$(image)', 'app:1']) };
    const row = kindByShape('kyverno.io', 'Policy', object);
    assert.ok(row !== undefined);
    assert.deepEqual(checked(readWorkloads(row, object, 'team')), ['app:1']);
  });
});
