/** A kind of object that describes pods, or the kind Pod. */
export interface WorkloadKind {
  /** API group. Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** The plural name in API paths and RBAC rules. */
  readonly resource: string;
  /** Paths of the pod templates: the field `spec` at each path is a pod spec. An empty path means the object itself. */
  readonly podPaths: readonly (readonly string[])[];
  /** What kubectl can change in a stored object: the pod template, only the images, or nothing. */
  readonly editable: 'template' | 'images' | 'nothing';
}

const template = [['spec', 'template']] as const;

/** The built-in kinds of Kubernetes that have pods. Everything that differs between kinds is in this table. */
export const builtInKinds = [
  { group: '', kind: 'Pod', resource: 'pods', podPaths: [[]], editable: 'images' },
  { group: '', kind: 'PodTemplate', resource: 'podtemplates', podPaths: [['template']], editable: 'nothing' },
  {
    group: '',
    kind: 'ReplicationController',
    resource: 'replicationcontrollers',
    podPaths: template,
    editable: 'template',
  },
  { group: 'apps', kind: 'ReplicaSet', resource: 'replicasets', podPaths: template, editable: 'template' },
  { group: 'apps', kind: 'Deployment', resource: 'deployments', podPaths: template, editable: 'template' },
  { group: 'apps', kind: 'StatefulSet', resource: 'statefulsets', podPaths: template, editable: 'template' },
  { group: 'apps', kind: 'DaemonSet', resource: 'daemonsets', podPaths: template, editable: 'template' },
  { group: 'batch', kind: 'Job', resource: 'jobs', podPaths: template, editable: 'nothing' },
  {
    group: 'batch',
    kind: 'CronJob',
    resource: 'cronjobs',
    podPaths: [['spec', 'jobTemplate', 'spec', 'template']],
    editable: 'template',
  },
] as const satisfies readonly WorkloadKind[];

const byGroupAndKind: ReadonlyMap<string, WorkloadKind> = new Map(
  builtInKinds.map((kind) => [`${kind.group}/${kind.kind}`, kind]),
);

/** Returns the row of a kind. Undefined if there is none: a `Job` of another group is another kind. */
export function workloadKind(group: string, kind: string): WorkloadKind | undefined {
  return byGroupAndKind.get(`${group}/${kind}`);
}

/** Returns the group in an `apiVersion`. Empty for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
