const container = { name: 'app', image: 'registry.test/app:1' };
const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [container] } };
/** A Deployment without replicas. */
export const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app' },
  spec: { replicas: 0, selector: { matchLabels: { app: 'a' } }, template },
};
const cronJob = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'cron' },
  spec: {
    schedule: '0 0 1 1 *',
    jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
  },
};
const podTemplate = { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'template' }, template };
const controller = {
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'rc' },
  spec: { replicas: 0, selector: { app: 'a' }, template },
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod', finalizers: ['test/stay'] },
  spec: template.spec,
};

/** A kubectl command. */
interface Step {
  readonly it: string;
  readonly args: readonly string[];
  readonly input?: object;
  /** Operation and resource of each call of the webhook. */
  readonly calls: readonly string[];
}

/** kubectl commands, in order, and the calls of the webhook that each must cause. */
export const steps: readonly Step[] = [
  { it: 'a new Deployment', args: ['create', '-f', '-'], input: deployment, calls: ['CREATE deployments'] },
  { it: 'a scale of the Deployment', args: ['scale', 'deployment/app', '--replicas=0'], calls: [] },
  {
    it: 'a change of the Deployment that is not its template',
    args: ['patch', 'deployment/app', '-p', '{"spec":{"minReadySeconds":3}}'],
    calls: [],
  },
  { it: 'its labels', args: ['label', 'deployment/app', 'a=b'], calls: [] },
  {
    it: 'its status',
    args: ['patch', 'deployment/app', '--subresource=status', '-p', '{"status":{"observedGeneration":9}}'],
    calls: [],
  },
  {
    it: 'its image',
    args: ['set', 'image', 'deployment/app', 'app=registry.test/app:2'],
    calls: ['UPDATE deployments'],
  },
  { it: 'its deletion', args: ['delete', 'deployment/app', '--wait=false'], calls: [] },
  { it: 'a CronJob', args: ['create', '-f', '-'], input: cronJob, calls: ['CREATE cronjobs'] },
  { it: 'a suspended CronJob', args: ['patch', 'cronjob/cron', '-p', '{"spec":{"suspend":true}}'], calls: [] },
  {
    it: 'its image',
    args: ['set', 'image', 'cronjob/cron', 'app=registry.test/app:2'],
    calls: ['UPDATE cronjobs'],
  },
  { it: 'a PodTemplate', args: ['create', '-f', '-'], input: podTemplate, calls: ['CREATE podtemplates'] },
  { it: 'its labels', args: ['label', 'podtemplate/template', 'a=b'], calls: [] },
  {
    it: 'a ReplicationController',
    args: ['create', '-f', '-'],
    input: controller,
    calls: ['CREATE replicationcontrollers'],
  },
  { it: 'its labels', args: ['label', 'rc/rc', 'a=b'], calls: [] },
  { it: 'a Pod', args: ['create', '-f', '-'], input: pod, calls: ['CREATE pods'] },
  { it: 'its labels', args: ['label', 'pod/pod', 'a=b'], calls: [] },
  {
    it: 'a debug container',
    args: ['debug', 'pod/pod', '--image=registry.test/debug:1', '--attach=false', '--quiet'],
    calls: ['UPDATE pods/ephemeralcontainers'],
  },
  { it: 'its image', args: ['set', 'image', 'pod/pod', 'app=registry.test/app:2'], calls: ['UPDATE pods'] },
  { it: 'a deletion that waits for a finalizer', args: ['delete', 'pod/pod', '--wait=false'], calls: [] },
  { it: 'the removal of a finalizer', args: ['patch', 'pod/pod', '-p', '{"metadata":{"finalizers":null}}'], calls: [] },
  {
    it: 'a dry run',
    args: ['create', '--dry-run=server', '-f', '-'],
    input: deployment,
    calls: ['CREATE deployments'],
  },
];
