/** A kind of object that pods come from, or the Pod itself. */
export interface WorkloadKind {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** The plural, as in paths and roles. */
  readonly resource: string;
  /** Where the pods of an object are described: below each path, `spec` is a pod spec. An empty path is the object itself. */
  readonly podPaths: readonly (readonly string[])[];
  /** What kubectl can change once the object is stored: its whole pod template, the images alone, or neither. */
  readonly editable: 'template' | 'images' | 'nothing';
}

const template = [['spec', 'template']] as const;

/** The kinds that Kubernetes itself has: everything that differs from kind to kind is in this table. */
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

/** The kind of an object, if it is one that Pullgate checks: a `Job` of another group is another kind. */
export function workloadKind(group: string, kind: string): WorkloadKind | undefined {
  return byGroupAndKind.get(`${group}/${kind}`);
}

/** The group in an `apiVersion`: empty for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
