import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOutOfScope, readWorkloads } from '../../../src/engine/workload/workload.ts';
import { builtInKinds, workloadKind } from '../../../src/engine/workload/workload-kind.ts';
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

describe('the field path of an image in a', () => {
  for (const { kind, object, path, template } of kinds) {
    test(kind, () => {
      const workload = workloadOf(kind, object, 'team');
      assert.deepEqual([workload.uses.map((use) => use.path), workload.template], [[path], template]);
    });
  }
});

describe('image uses', () => {
  test('are init containers, containers, ephemeral containers, then volumes', () => {
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

  for (const [image, notString] of [
    [1.27, 'a number'],
    [true, 'a boolean'],
    [null, 'null'],
    [['nginx'], 'a list'],
    [{ repository: 'nginx' }, 'an object'],
    ['nginx', undefined],
    [undefined, undefined],
  ] as const) {
    test(`tell that an image is ${notString ?? 'a string or absent'}: ${JSON.stringify(image)}`, () => {
      const { uses } = workloadOf('Pod', { spec: { containers: [{ name: 'app', image }] } }, 'team');
      assert.equal(uses[0]?.notString, notString);
    });
  }

  test('include an unmounted volume as not needed', () => {
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
    test(`have the default pull policy ${policy} for ${image.slice(0, 20)}`, () => {
      assert.equal(workloadOf('Pod', pod([image]), 'team').uses[0]?.pullPolicy, policy);
    });
  }
});

describe('the credentials of a workload', () => {
  const cases = [
    {
      it: 'come from the ServiceAccount default if none is named',
      more: {},
      serviceAccount: 'default',
      pullSecrets: [],
    },
    {
      it: 'come from the named ServiceAccount',
      more: { serviceAccountName: 'builder' },
      serviceAccount: 'builder',
      pullSecrets: [],
    },
    {
      it: 'do not include pull secrets without a name, as in the kubelet',
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

describe('isOutOfScope', () => {
  const annotations = { 'kubernetes.io/config.mirror': 'x' };
  const onNode = { ...pod(['a:1']), metadata: { annotations }, spec: { nodeName: 'node-1' } };
  const cases = [
    {
      it: 'is true for an object that is being deleted',
      object: { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } },
      expected: true,
    },
    { it: 'is true for a mirror pod, which has a node', object: onNode, expected: true },
    {
      it: 'is false for a Pod with the annotation but without a node',
      object: { ...onNode, spec: {} },
      expected: false,
    },
    {
      it: 'is false for a Pod with the annotation and an empty node name',
      object: { ...onNode, spec: { nodeName: '' } },
      expected: false,
    },
    { it: 'is false for an ordinary Pod', object: pod(['a:1']), expected: false },
    {
      it: 'is false for an object with ownerReferences, which anyone can write',
      object: { metadata: { ownerReferences: [{}] } },
      expected: false,
    },
  ];
  const [podKind, ...templateKinds] = builtInKinds;
  for (const { it, object, expected } of cases) test(it, () => assert.equal(isOutOfScope(podKind, object), expected));

  for (const kind of templateKinds) {
    test(`is false for a ${kind.kind} with the annotation of mirror pods`, () =>
      assert.equal(isOutOfScope(kind, onNode), false));
  }
});

describe('workloadKind', () => {
  for (const [group, kind, checked] of [
    ['', 'Pod', true],
    ['apps', 'Deployment', true],
    ['batch', 'Job', true],
    ['batch.volcano.sh', 'Job', true],
    ['argoproj.io', 'Job', false],
    ['', 'Service', false],
    ['', 'constructor', false],
    ['', '__proto__', false],
  ] as const) {
    test(`${checked ? 'has' : 'has no'} row for ${kind} in group "${group}"`, () => {
      assert.equal(workloadKind(group, kind) !== undefined, checked);
    });
  }
});

test('an invalid object has no workload with an image', () => {
  const row = workloadKind('apps', 'Deployment');
  assert.ok(row !== undefined);
  for (const object of [null, 1, 'x', [], { spec: 3 }, { spec: { containers: {} } }, { spec: { template: [] } }]) {
    assert.deepEqual(
      readWorkloads(row, object, 'team').flatMap(({ uses }) => uses),
      [],
    );
  }
});
