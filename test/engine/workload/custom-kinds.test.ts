import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { customKinds } from '../../../src/engine/workload/custom-kinds.ts';
import { workloadKind } from '../../../src/engine/workload/workload-kind.ts';
import { readWorkloads } from '../../../src/engine/workload/workload.ts';
import { podSpec } from '../../support/pods.ts';

const a = { spec: podSpec(['a:1']) };
const b = { spec: podSpec(['b:1'], { imagePullSecrets: [{ name: 's' }] }) };
const rayCluster = { headGroupSpec: { template: a }, workerGroupSpecs: [{ template: b }] };
const image = 'spec.containers[0].image';
const taskSpec = { steps: [{ name: 'build', image: 'a:1' }], sidecars: [{ name: 'db', image: 'b:1' }] };
const argoTemplates = [
  {
    initContainers: [{ name: 'i', image: 'a:1' }],
    container: { image: 'b:1' },
    sidecars: [{ name: 's', image: 'c:1' }],
  },
  { script: { image: 'd:1' } },
  { containerSet: { containers: [{ name: 'x', image: 'e:1' }] } },
  { steps: [[{ inline: { container: { image: 'f:1' } } }]] },
  { dag: { tasks: [{ inline: { container: { image: 'g:1' } } }] } },
];
const argoPlaces = [
  'templates[0].initContainers[0]',
  'templates[0].container',
  'templates[0].sidecars[0]',
  'templates[1].script',
  'templates[2].containerSet.containers[0]',
  'templates[3].steps[0][0].inline.container',
  'templates[4].dag.tasks[0].inline.container',
];

function replicas(field: string) {
  return {
    spec: { [field]: { Master: { template: a }, Worker: { template: b } } },
    paths: [`spec.${field}[Master].template.${image}`, `spec.${field}[Worker].template.${image}`],
  };
}

function argo(spec: string) {
  const places = argoPlaces.map((place) => `${spec}.${place}.image`);
  return {
    spec: spec === 'spec' ? { templates: argoTemplates } : { workflowSpec: { templates: argoTemplates } },
    paths: places,
  };
}

function tekton(spec: string) {
  return [`${spec}.steps[0].image`, `${spec}.sidecars[0].image`];
}

const template = { spec: { template: a }, paths: [`spec.template.${image}`] };
const pipeline = { tasks: [{ taskRef: { name: 't' } }, { taskSpec }], finally: [{ taskSpec }] };

/** A spec of each kind, and the paths of the images in it. */
const examples: Readonly<Record<string, { readonly spec: object; readonly paths: readonly string[] }>> = {
  'argoproj.io/Rollout': template,
  'argoproj.io/Workflow': argo('spec'),
  'argoproj.io/WorkflowTemplate': argo('spec'),
  'argoproj.io/ClusterWorkflowTemplate': argo('spec'),
  'argoproj.io/CronWorkflow': argo('spec.workflowSpec'),
  'serving.knative.dev/Service': template,
  'serving.knative.dev/Configuration': template,
  'serving.knative.dev/Revision': { spec: a.spec, paths: [image] },
  'apps.kruise.io/CloneSet': template,
  'apps.kruise.io/StatefulSet': template,
  'apps.kruise.io/DaemonSet': template,
  'apps.kruise.io/BroadcastJob': template,
  'apps.kruise.io/AdvancedCronJob': {
    spec: {
      template: { jobTemplate: { spec: { template: a } }, broadcastJobTemplate: { spec: { template: b } } },
    },
    paths: ['jobTemplate', 'broadcastJobTemplate'].map((field) => `spec.template.${field}.spec.template.${image}`),
  },
  'jobset.x-k8s.io/JobSet': {
    spec: { replicatedJobs: [a, b].map((pod) => ({ template: { spec: { template: pod } } })) },
    paths: [0, 1].map((at) => `spec.replicatedJobs[${at}].template.spec.template.${image}`),
  },
  'leaderworkerset.x-k8s.io/LeaderWorkerSet': {
    spec: { leaderWorkerTemplate: { leaderTemplate: a, workerTemplate: b } },
    paths: ['leader', 'worker'].map((role) => `spec.leaderWorkerTemplate.${role}Template.${image}`),
  },
  'keda.sh/ScaledJob': { spec: { jobTargetRef: { template: a } }, paths: [`spec.jobTargetRef.template.${image}`] },
  'batch.volcano.sh/Job': {
    spec: { tasks: [{ template: a }, { template: b }] },
    paths: [0, 1].map((at) => `spec.tasks[${at}].template.${image}`),
  },
  'kubeflow.org/PyTorchJob': replicas('pytorchReplicaSpecs'),
  'kubeflow.org/TFJob': replicas('tfReplicaSpecs'),
  'kubeflow.org/MPIJob': replicas('mpiReplicaSpecs'),
  'kubeflow.org/XGBoostJob': replicas('xgbReplicaSpecs'),
  'kubeflow.org/PaddleJob': replicas('paddleReplicaSpecs'),
  'kubeflow.org/JAXJob': replicas('jaxReplicaSpecs'),
  'ray.io/RayCluster': {
    spec: rayCluster,
    paths: [`spec.headGroupSpec.template.${image}`, `spec.workerGroupSpecs[0].template.${image}`],
  },
  'ray.io/RayJob': {
    spec: { rayClusterSpec: rayCluster, submitterPodTemplate: { spec: podSpec(['c:1'], { nodeName: 'n' }) } },
    paths: [
      `spec.rayClusterSpec.headGroupSpec.template.${image}`,
      `spec.rayClusterSpec.workerGroupSpecs[0].template.${image}`,
      `spec.submitterPodTemplate.${image}`,
    ],
  },
  'ray.io/RayService': {
    spec: { rayClusterConfig: rayCluster },
    paths: ['headGroupSpec', 'workerGroupSpecs[0]'].map((group) => `spec.rayClusterConfig.${group}.template.${image}`),
  },
  'tekton.dev/Task': { spec: taskSpec, paths: tekton('spec') },
  'tekton.dev/TaskRun': { spec: { taskSpec }, paths: tekton('spec.taskSpec') },
  'tekton.dev/Pipeline': {
    spec: pipeline,
    paths: [...tekton('spec.tasks[1].taskSpec'), ...tekton('spec.finally[0].taskSpec')],
  },
  'tekton.dev/PipelineRun': {
    spec: { pipelineSpec: pipeline },
    paths: [...tekton('spec.pipelineSpec.tasks[1].taskSpec'), ...tekton('spec.pipelineSpec.finally[0].taskSpec')],
  },
};

describe('the paths of the images in a', () => {
  for (const row of customKinds) {
    test(`${row.kind} of ${row.group}`, () => {
      const { spec, paths } = examples[`${row.group}/${row.kind}`] ?? { spec: {}, paths: ['an example in this test'] };
      const workloads = readWorkloads(row, { metadata: { name: 'x' }, spec }, 'team');
      assert.deepEqual(workloads.flatMap(({ uses }) => uses.map((use) => use.path)).toSorted(), paths.toSorted());
      assert.ok(workloads.every(({ template: isTemplate }) => isTemplate));
      assert.ok(workloads.every(({ uses }) => uses.every(({ filledLater }) => filledLater === undefined)));
    });
  }

  test('table have an example for each kind, and for no other', () => {
    assert.deepEqual(
      Object.keys(examples).toSorted(),
      customKinds.map(({ group, kind }) => `${group}/${kind}`).toSorted(),
    );
  });
});

test('every row names a file of a release that it follows, and the table has each kind once', () => {
  for (const { source } of customKinds) assert.match(source, /^[\w-]+\/[\w-]+ (knative-)?v\d+\.\d+\.\d+ [\w/.-]+\.go$/);
  for (const row of customKinds) assert.equal(workloadKind(row.group, row.kind), row);
});

test('kubectl changes nothing in a custom kind, so messages show no command that does', () => {
  assert.ok(customKinds.every(({ editable }) => editable === 'nothing'));
});

/** What the pods of an object are pulled with: `ACCOUNT: SECRETS @ NODE SELECTOR`. */
function settings(kind: string, group: string, spec: object): readonly string[] {
  const row = workloadKind(group, kind);
  assert.ok(row !== undefined);
  return readWorkloads(row, { spec }, 'team').map(
    ({ serviceAccount, pullSecrets, podSpec: { nodeSelector = {} } }) =>
      `${serviceAccount}: ${pullSecrets.join()} @ ${JSON.stringify(nodeSelector)}`,
  );
}

const secret = [{ name: 's' }];
const inherited: readonly { it: string; kind: string; group: string; spec: object; settings: readonly string[] }[] = [
  {
    it: 'a Workflow: those of its spec',
    kind: 'Workflow',
    group: 'argoproj.io',
    spec: { imagePullSecrets: secret, serviceAccountName: 'argo', nodeSelector: { a: 'b' }, templates: argoTemplates },
    settings: ['argo: s @ {"a":"b"}'],
  },
  {
    it: 'a Workflow: the template has priority, unless it has an empty field',
    kind: 'Workflow',
    group: 'argoproj.io',
    spec: {
      serviceAccountName: 'argo',
      nodeSelector: { a: 'b' },
      templates: [
        { container: { image: 'a' }, serviceAccountName: 'own', nodeSelector: {} },
        { script: { image: 'b' } },
      ],
    },
    settings: ['own:  @ {"a":"b"}', 'argo:  @ {"a":"b"}'],
  },
  {
    it: 'a CronWorkflow: those of its workflowSpec',
    kind: 'CronWorkflow',
    group: 'argoproj.io',
    spec: { serviceAccountName: 'ignored', workflowSpec: { serviceAccountName: 'argo', templates: argoTemplates } },
    settings: ['argo:  @ {}'],
  },
  {
    it: 'a Workflow: not those with a placeholder',
    kind: 'Workflow',
    group: 'argoproj.io',
    spec: {
      imagePullSecrets: [{ name: '{{workflow.parameters.secret}}' }],
      serviceAccountName: '{{workflow.parameters.account}}',
      nodeSelector: { arch: '{{workflow.parameters.arch}}' },
      templates: argoTemplates,
    },
    settings: ['default:  @ {}'],
  },
  {
    it: 'a ClusterWorkflowTemplate: none, because it is in no namespace',
    kind: 'ClusterWorkflowTemplate',
    group: 'argoproj.io',
    spec: { imagePullSecrets: secret, serviceAccountName: 'argo', templates: argoTemplates },
    settings: ['default:  @ {}'],
  },
  {
    it: 'a TaskRun: those of its podTemplate',
    kind: 'TaskRun',
    group: 'tekton.dev',
    spec: { serviceAccountName: 'ci', podTemplate: { imagePullSecrets: secret, nodeSelector: { a: 'b' } }, taskSpec },
    settings: ['ci: s @ {"a":"b"}'],
  },
  {
    it: 'a PipelineRun: those of its taskRunTemplate',
    kind: 'PipelineRun',
    group: 'tekton.dev',
    spec: {
      taskRunTemplate: { serviceAccountName: 'ci', podTemplate: { imagePullSecrets: secret } },
      pipelineSpec: pipeline,
    },
    settings: ['ci: s @ {}'],
  },
  {
    it: 'a PipelineRun of v1beta1: those of its spec',
    kind: 'PipelineRun',
    group: 'tekton.dev',
    spec: { serviceAccountName: 'ci', podTemplate: { imagePullSecrets: secret }, pipelineSpec: pipeline },
    settings: ['ci: s @ {}'],
  },
  {
    it: 'a RayCluster: each group has its own',
    kind: 'RayCluster',
    group: 'ray.io',
    spec: rayCluster,
    settings: ['default:  @ {}', 'default: s @ {}'],
  },
];

describe('the settings of the pods of', () => {
  for (const { it, kind, group, spec, settings: expected } of inherited) {
    test(it, () => assert.deepEqual(settings(kind, group, spec), expected));
  }
});
