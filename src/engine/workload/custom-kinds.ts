import { parseJsonPath } from '../../lib/json-path.ts';
import type { WorkloadKind } from './kind-row.ts';
import { containers, templates, type PodView } from './pod-view.ts';

/** A custom kind, and the types of its project that the row follows: repository, tag and file. */
export interface KnownCustomKind extends WorkloadKind {
  readonly custom: NonNullable<WorkloadKind['custom']>;
  readonly source: string;
}

type Row = readonly [
  kind: string,
  resource: string,
  views: readonly PodView[],
  custom?: Partial<WorkloadKind['custom']>,
];

/** The rows of one project. `file` may contain `*`, which stands for the kind in lower case. */
function project(group: string, source: string, ...rows: readonly Row[]): readonly KnownCustomKind[] {
  return rows.map(([kind, resource, views, custom]) => ({
    group,
    kind,
    resource,
    views,
    editable: 'nothing',
    custom: { placeholders: [], ...custom },
    source: source.replace('*', kind.toLowerCase()),
  }));
}

/**
 * Argo Workflows: each template may have containers, and most of a pod spec is in the spec of the workflow. Another
 * workflow may use a template with its own secrets, and the controller may have `workflowDefaults`.
 */
const argo = { placeholders: ['{{'], settingsElsewhere: true } as const;
const argoContainers = [
  containers('init', 'initContainers[*]'),
  containers('container', 'container'),
  containers('container', 'script'),
  containers('container', 'containerSet.containers[*]'),
  containers('container', 'sidecars[*]'),
];

function argoTemplates(spec: string): readonly PodView[] {
  const places = ['', '.steps[*][*].inline', '.dag.tasks[*].inline'].map((below) => `${spec}.templates[*]${below}`);
  return places.map((place) => ({
    podSpec: parseJsonPath(place),
    containers: argoContainers,
    settings: [parseJsonPath(spec)],
    patchedBy: 'podSpecPatch',
  }));
}

/** Tekton: the TaskRun of a Task chooses its ServiceAccount and pod template, and `config-defaults` may have others. */
const tekton = { placeholders: ['$('], settingsElsewhere: true } as const;
const tektonContainers = [containers('container', 'steps[*]', 'stepTemplate'), containers('container', 'sidecars[*]')];

function tektonTasks(specs: readonly string[], settings: readonly string[] = []): readonly PodView[] {
  return specs.map((spec) => ({
    podSpec: parseJsonPath(spec),
    containers: tektonContainers,
    settings: settings.map(parseJsonPath),
  }));
}

function tektonPipeline(spec: string, settings?: readonly string[]): readonly PodView[] {
  return tektonTasks([`${spec}.tasks[*].taskSpec`, `${spec}.finally[*].taskSpec`], settings);
}

function rayCluster(spec: string): readonly PodView[] {
  return templates(`${spec}.headGroupSpec.template`, `${spec}.workerGroupSpecs[*].template`);
}

const template = templates('spec.template');

/**
 * The custom kinds that Pullgate knows. A path follows the types of the release that the row names. A newer release
 * that moves a field makes Pullgate silent about it, not wrong.
 */
export const customKinds: readonly KnownCustomKind[] = [
  ...project('argoproj.io', 'argoproj/argo-rollouts v1.9.1 pkg/apis/rollouts/v1alpha1/types.go', [
    'Rollout',
    'rollouts',
    template,
  ]),
  ...project(
    'argoproj.io',
    'argoproj/argo-workflows v4.1.2 pkg/apis/workflow/v1alpha1/workflow_types.go',
    ['Workflow', 'workflows', argoTemplates('spec'), argo],
    ['WorkflowTemplate', 'workflowtemplates', argoTemplates('spec'), argo],
    ['ClusterWorkflowTemplate', 'clusterworkflowtemplates', argoTemplates('spec'), { ...argo, clusterWide: true }],
    ['CronWorkflow', 'cronworkflows', argoTemplates('spec.workflowSpec'), argo],
  ),
  ...project(
    'serving.knative.dev',
    'knative/serving knative-v1.23.0 pkg/apis/serving/v1/revision_types.go',
    ['Service', 'services', template],
    ['Configuration', 'configurations', template],
    ['Revision', 'revisions', templates('')],
  ),
  ...project(
    'apps.kruise.io',
    'openkruise/kruise v1.9.0 apis/apps/v1alpha1/*_types.go',
    ['CloneSet', 'clonesets', template],
    ['StatefulSet', 'statefulsets', template],
    ['DaemonSet', 'daemonsets', template],
    ['BroadcastJob', 'broadcastjobs', template],
    [
      'AdvancedCronJob',
      'advancedcronjobs',
      templates('spec.template.jobTemplate.spec.template', 'spec.template.broadcastJobTemplate.spec.template'),
    ],
  ),
  ...project('jobset.x-k8s.io', 'kubernetes-sigs/jobset v0.12.0 api/jobset/v1alpha2/jobset_types.go', [
    'JobSet',
    'jobsets',
    templates('spec.replicatedJobs[*].template.spec.template'),
  ]),
  ...project(
    'leaderworkerset.x-k8s.io',
    'kubernetes-sigs/lws v0.10.0 api/leaderworkerset/v1/leaderworkerset_types.go',
    [
      'LeaderWorkerSet',
      'leaderworkersets',
      templates('spec.leaderWorkerTemplate.leaderTemplate', 'spec.leaderWorkerTemplate.workerTemplate'),
    ],
  ),
  ...project('keda.sh', 'kedacore/keda v2.20.2 apis/keda/v1alpha1/scaledjob_types.go', [
    'ScaledJob',
    'scaledjobs',
    templates('spec.jobTargetRef.template'),
  ]),
  ...project(
    'batch.volcano.sh',
    'volcano-sh/volcano v1.15.1 staging/src/volcano.sh/apis/pkg/apis/batch/v1alpha1/job.go',
    ['Job', 'jobs', templates('spec.tasks[*].template')],
  ),
  ...project(
    'kubeflow.org',
    'kubeflow/training-operator v1.9.0 pkg/apis/kubeflow.org/v1/common_types.go',
    ['PyTorchJob', 'pytorchjobs', templates('spec.pytorchReplicaSpecs.*.template')],
    ['TFJob', 'tfjobs', templates('spec.tfReplicaSpecs.*.template')],
    ['MPIJob', 'mpijobs', templates('spec.mpiReplicaSpecs.*.template')],
    ['XGBoostJob', 'xgboostjobs', templates('spec.xgbReplicaSpecs.*.template')],
    ['PaddleJob', 'paddlejobs', templates('spec.paddleReplicaSpecs.*.template')],
    ['JAXJob', 'jaxjobs', templates('spec.jaxReplicaSpecs.*.template')],
  ),
  ...project(
    'ray.io',
    'ray-project/kuberay v1.7.0 ray-operator/apis/ray/v1/*_types.go',
    ['RayCluster', 'rayclusters', rayCluster('spec')],
    ['RayJob', 'rayjobs', [...rayCluster('spec.rayClusterSpec'), ...templates('spec.submitterPodTemplate')]],
    ['RayService', 'rayservices', rayCluster('spec.rayClusterConfig')],
  ),
  ...project(
    'tekton.dev',
    'tektoncd/pipeline v1.15.0 pkg/apis/pipeline/v1/*_types.go',
    ['Task', 'tasks', tektonTasks(['spec']), tekton],
    ['TaskRun', 'taskruns', tektonTasks(['spec.taskSpec'], ['spec.podTemplate', 'spec']), tekton],
    ['Pipeline', 'pipelines', tektonPipeline('spec'), tekton],
    [
      'PipelineRun',
      'pipelineruns',
      // v1beta1 has the fields of `taskRunTemplate` in `spec`.
      tektonPipeline('spec.pipelineSpec', [
        'spec.taskRunTemplate.podTemplate',
        'spec.taskRunTemplate',
        'spec.podTemplate',
        'spec',
      ]),
      tekton,
    ],
  ),
];
