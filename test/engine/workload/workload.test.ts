import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOutOfScope } from '../../../src/engine/workload/workload.ts';
import { workloadKind, type builtInKinds } from '../../../src/engine/workload/workload-kind.ts';
import { deployment, pod, podSpec, workloadOf } from '../../support/pods.ts';

const spec = podSpec(['a:1']);
const kinds: readonly {
  kind: (typeof builtInKinds)[number]['kind'];
  object: unknown;
  path: string;
  template: boolean;
}[] = [
  { kind: 'Pod', object: { spec }, path: 'spec.containers[0].image', template: false },
  { kind: 'PodTemplate', object: { template: { spec } }, path: 'template.spec.containers[0].image', template: true },
  ...(['ReplicationController', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'] as const).map(
    (kind) => ({
      kind,
      object: { spec: { template: { spec } } },
      path: 'spec.template.spec.containers[0].image',
      template: true,
    }),
  ),
  {
    kind: 'CronJob',
    object: { spec: { jobTemplate: { spec: { template: { spec } } } } },
    path: 'spec.jobTemplate.spec.template.spec.containers[0].image',
    template: true,
  },
];

describe('a workload of every kind names its images by field path', () => {
  for (const { kind, object, path, template } of kinds) {
    test(kind, () => {
      const workload = workloadOf(kind, object, 'team');
      assert.deepEqual([workload.uses.map((use) => use.path), workload.template], [[path], template]);
    });
  }
});

describe('image uses', () => {
  test('come in the order in which a pod starts, volumes last', () => {
    const object = pod(['app:1'], {
      initContainers: [{ name: 'i', image: 'init:1' }],
      ephemeralContainers: [{ name: 'e', image: 'debug:1' }],
      volumes: [
        { name: 'v', image: { reference: 'data:1' } },
        { name: 'other', emptyDir: {} },
      ],
    });
    const { uses } = workloadOf('Pod', object, 'team');
    assert.deepEqual(
      uses.map(({ kind, image }) => `${kind} ${image}`),
      ['init init:1', 'container app:1', 'ephemeral debug:1', 'volume data:1'],
    );
    assert.equal(uses[3]?.path, 'spec.volumes[0].image.reference');
  });

  test('a volume is needed only where a container mounts it', () => {
    const volumes = [
      { name: 'mounted', image: { reference: 'data:1' } },
      { name: 'idle', image: { reference: 'data:2' } },
    ];
    const containers = [{ name: 'c', image: 'a:1', volumeMounts: [{ name: 'mounted', mountPath: '/d' }] }];
    const { uses } = workloadOf('Pod', { spec: { containers, volumes } }, 'team');
    assert.deepEqual(
      uses.map(({ name, needed }) => [name, needed]),
      [
        ['c', true],
        ['mounted', true],
        ['idle', false],
      ],
    );
  });

  for (const [image, policy] of [
    ['app', 'Always'],
    ['app:latest', 'Always'],
    ['app:1', 'IfNotPresent'],
    [`app@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
    ['not a reference', 'IfNotPresent'],
  ] as const) {
    test(`the policy of ${image.slice(0, 20)} defaults to ${policy}`, () => {
      assert.equal(workloadOf('Pod', pod([image]), 'team').uses[0]?.pullPolicy, policy);
    });
  }
});

describe('what a workload says of its credentials', () => {
  const cases = [
    { it: 'takes the default ServiceAccount', more: {}, serviceAccount: 'default', pullSecrets: [] },
    { it: 'takes the named one', more: { serviceAccountName: 'builder' }, serviceAccount: 'builder', pullSecrets: [] },
    {
      it: 'passes over pull secrets without a name, as the kubelet does',
      more: { imagePullSecrets: [{ name: '' }, { name: 'b' }, {}, { name: 'a' }] },
      serviceAccount: 'default',
      pullSecrets: ['b', 'a'],
    },
  ];
  for (const { it, more, serviceAccount, pullSecrets } of cases) {
    test(it, () => {
      const workload = workloadOf('Deployment', deployment(['a:1'], more), 'team');
      assert.deepEqual([workload.serviceAccount, workload.pullSecrets], [serviceAccount, pullSecrets]);
    });
  }
});

describe('objects that are left alone', () => {
  const cases = [
    { it: 'one that is being deleted', object: { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, out: true },
    { it: 'a mirror pod', object: { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }, out: true },
    { it: 'not an ordinary one', object: pod(['a:1']), out: false },
    {
      it: 'not one with ownerReferences: they prove nothing',
      object: { metadata: { ownerReferences: [{}] } },
      out: false,
    },
  ];
  for (const { it, object, out } of cases) test(it, () => assert.equal(isOutOfScope(object), out));

  for (const [group, kind, known] of [
    ['', 'Pod', true],
    ['apps', 'Deployment', true],
    ['batch', 'Job', true],
    ['batch.volcano.sh', 'Job', false],
    ['', 'Service', false],
    ['', 'constructor', false],
    ['', '__proto__', false],
  ] as const) {
    test(`${kind} of group "${group}" is ${known ? 'checked' : "nobody's business"}`, () => {
      assert.equal(workloadKind(group, kind) !== undefined, known);
    });
  }
});

test('an object of any shape reads as a workload, if an empty one', () => {
  for (const object of [null, 1, 'x', [], { spec: 3 }, { spec: { containers: {} } }, { spec: { template: [] } }]) {
    assert.deepEqual(workloadOf('Deployment', object, 'team').uses, []);
  }
});
