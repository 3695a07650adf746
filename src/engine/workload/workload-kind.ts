import { parseJsonPath } from '../../lib/json-path.ts';
import { memoized } from '../../lib/memoized.ts';
import { customKinds } from './custom-kinds.ts';
import { anyPlaceholder, type WorkloadKind } from './kind-row.ts';
import { templates } from './pod-view.ts';

const template = templates('spec.template');

/** The built-in kinds of Kubernetes that have pods. Everything that differs between kinds is in this table. */
export const builtInKinds = [
  { group: '', kind: 'Pod', resource: 'pods', views: templates(''), editable: 'images' },
  { group: '', kind: 'PodTemplate', resource: 'podtemplates', views: templates('template'), editable: 'nothing' },
  {
    group: '',
    kind: 'ReplicationController',
    resource: 'replicationcontrollers',
    views: template,
    editable: 'template',
  },
  { group: 'apps', kind: 'ReplicaSet', resource: 'replicasets', views: template, editable: 'template' },
  { group: 'apps', kind: 'Deployment', resource: 'deployments', views: template, editable: 'template' },
  { group: 'apps', kind: 'StatefulSet', resource: 'statefulsets', views: template, editable: 'template' },
  { group: 'apps', kind: 'DaemonSet', resource: 'daemonsets', views: template, editable: 'template' },
  { group: 'batch', kind: 'Job', resource: 'jobs', views: template, editable: 'nothing' },
  {
    group: 'batch',
    kind: 'CronJob',
    resource: 'cronjobs',
    views: templates('spec.jobTemplate.spec.template'),
    editable: 'template',
  },
] as const satisfies readonly WorkloadKind[];

/** Returns the row of a kind. Undefined if there is none: a `Job` of another group is another kind. */
export type KindOf = (group: string, kind: string) => WorkloadKind | undefined;

/** The rows of all kinds that Pullgate knows: those of Kubernetes, and `customKinds`. */
export const workloadKind: KindOf = lookupIn([]);

/** A row that the operator writes: `workloads` in the configuration. */
export interface ConfiguredKind {
  readonly group: string;
  readonly kind: string;
  readonly resource: string;
  /** Paths of pod templates or pod specs, in the format of `parseJsonPath`. */
  readonly podPaths: readonly string[];
}

/**
 * Returns the lookup of all known kinds and those of the operator. A row of the operator replaces that of a custom kind,
 * but never that of a kind of Kubernetes. The lookup is made once for each list.
 */
export const kindsWith: (configured: readonly ConfiguredKind[]) => KindOf = memoized(
  (configured) => (configured.length === 0 ? workloadKind : lookupIn(configured.map(rowOf))),
  new WeakMap<readonly ConfiguredKind[], KindOf>(),
);

/** Returns the rows of all known kinds and those of the operator, each kind once, in the order of `kindsWith`. */
export function allKindsWith(configured: readonly ConfiguredKind[]): readonly WorkloadKind[] {
  return [...rowsOf(configured.map(rowOf)).values()];
}

function rowsOf(configured: readonly WorkloadKind[]): ReadonlyMap<string, WorkloadKind> {
  const rows: readonly WorkloadKind[] = [...customKinds, ...configured, ...builtInKinds];
  return new Map(rows.map((row) => [`${row.group}/${row.kind}`, row]));
}

function lookupIn(configured: readonly WorkloadKind[]): KindOf {
  const byGroupAndKind = rowsOf(configured);
  return (group, kind) => byGroupAndKind.get(`${group}/${kind}`);
}

function rowOf({ group, kind, resource, podPaths }: ConfiguredKind): WorkloadKind {
  const views = podPaths.map((path) => ({ podSpec: parseJsonPath(path), orTemplate: true as const }));
  return { group, kind, resource, views, editable: 'nothing', custom: { placeholders: anyPlaceholder } };
}

/** Returns whether the objects of a kind are Pods, and not templates of Pods. */
export function isPodKind({ group, kind }: WorkloadKind): boolean {
  return group === '' && kind === 'Pod';
}

/** Returns the group in an `apiVersion`. Empty for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
