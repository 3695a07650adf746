/** A value of the chart, set to something else than its default. */
export interface Sample {
  /** The values of the chart. */
  readonly set: object;
  /** Values that must be set before, because the value has no effect alone. */
  readonly given?: object;
  /** What is then in the rendered objects, and is not without it. */
  readonly shows: string;
}

const pem = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';
const plugins = { image: 'registry.example.com/plugins:1', config: 'kind: CredentialProviderConfig' };
const manager = { source: 'certManager' };
const token = '0123456789abcdef0123456789abcdef';
const existing = { source: 'existing', existing: { secretName: 'mine' } };

/** One sample for each value of `values.yaml`. */
export const samples: Readonly<Record<string, Sample>> = {
  fullnameOverride: { set: { fullnameOverride: 'gate' }, shows: 'serviceAccountName: gate\n' },
  profile: { set: { profile: 'strict' }, shows: 'profile: strict\n' },
  failurePolicy: { set: { failurePolicy: 'Fail' }, shows: 'failurePolicy: Fail\n' },
  replicas: { set: { replicas: 5 }, shows: 'replicas: 5\n' },
  'image.repository': { set: { image: { repository: 'r.test/p' } }, shows: 'image: r.test/p:' },
  'image.tag': { set: { image: { tag: 'v9' } }, shows: 'pullgate:v9\n' },
  'image.digest': {
    set: { image: { digest: `sha256:${'0'.repeat(64)}` } },
    shows: `/pullgate@sha256:${'0'.repeat(64)}\n`,
  },
  'image.pullPolicy': { set: { image: { pullPolicy: 'Always' } }, shows: 'imagePullPolicy: Always\n' },
  imagePullSecrets: {
    set: { imagePullSecrets: [{ name: 'regcred' }] },
    shows: 'imagePullSecrets:\n      - name: regcred\n',
  },
  config: { set: { config: { realmHosts: ['login.test'] } }, shows: 'realmHosts:\n    - login.test\n' },
  'pullSecrets.scope': {
    set: { pullSecrets: { scope: 'namespaces', namespaces: ['shop'] } },
    shows: 'name: pullgate-read-pull-secrets\n  namespace: shop\n',
  },
  'pullSecrets.namespaces': {
    given: { pullSecrets: { scope: 'namespaces' } },
    set: { pullSecrets: { namespaces: ['shop'] } },
    shows: 'namespace: shop\n',
  },
  'registryCAs.files': { set: { registryCAs: { files: { 'one.pem': pem } } }, shows: 'mountPath: /etc/pullgate-ca\n' },
  'registryCAs.existingConfigMap': {
    set: { registryCAs: { existingConfigMap: 'bundle' } },
    shows: 'configMap:\n          name: bundle\n',
  },
  'certsD.files': { set: { certsD: { files: { 'a.test/hosts.toml': '' } } }, shows: 'path: a.test/hosts.toml\n' },
  'nodeCredentials.dockerConfig': {
    set: { nodeCredentials: { dockerConfig: '{}' } },
    shows: 'dockerConfig: /etc/pullgate-node/config.json\n',
  },
  'nodeCredentials.existingSecret': {
    set: { nodeCredentials: { existingSecret: 'mine' } },
    shows: 'secretName: mine\n',
  },
  'nodeCredentials.plugins.image': {
    given: { nodeCredentials: { existingSecret: 'mine' } },
    set: { nodeCredentials: { plugins: { image: plugins.image } } },
    shows: `image: ${plugins.image}\n`,
  },
  'nodeCredentials.plugins.config': {
    set: { nodeCredentials: { plugins } },
    shows: `credential-provider.yaml: ${Buffer.from(plugins.config).toString('base64')}\n`,
  },
  'nodeCredentials.plugins.serviceAccountTokens': {
    given: { nodeCredentials: { plugins } },
    set: { nodeCredentials: { plugins: { serviceAccountTokens: true } } },
    shows: '- serviceaccounts/token\n',
  },
  'certificates.source': { set: { certificates: manager }, shows: 'cert-manager.io/inject-ca-from: ' },
  'certificates.certManager.issuerRef': {
    given: { certificates: manager },
    set: { certificates: { certManager: { issuerRef: { name: 'ours', kind: 'ClusterIssuer' } } } },
    shows: 'issuerRef:\n    kind: ClusterIssuer\n    name: ours\n',
  },
  'certificates.existing.secretName': { set: { certificates: existing }, shows: 'secretName: mine\n' },
  'certificates.existing.caBundle': {
    given: { certificates: existing },
    set: { certificates: { existing: { caBundle: pem } } },
    shows: `caBundle: ${Buffer.from(pem).toString('base64')}\n`,
  },
  'certificates.pathToken': {
    given: { certificates: existing },
    set: { certificates: { pathToken: token } },
    shows: `path: /validate/${token}\n`,
  },
  'webhook.annotations': { set: { webhook: { annotations: { one: 'two' } } }, shows: 'annotations:\n    one: two\n' },
  'scan.enabled': { set: { scan: { enabled: true } }, shows: '- --every\n' },
  'scan.every': { given: { scan: { enabled: true } }, set: { scan: { every: '1h' } }, shows: '- 1h\n' },
  'webhook.customWorkloads': { set: { webhook: { customWorkloads: true } }, shows: '"rollouts", ' },
  'webhook.extraRules': {
    set: {
      webhook: {
        extraRules: [
          { apiGroups: ['argoproj.io'], apiVersions: ['v1alpha1'], operations: ['CREATE'], resources: ['rollouts'] },
        ],
      },
    },
    shows: '"rollouts"',
  },
  'metrics.monitor': {
    set: { metrics: { monitor: 'PodMonitor' } },
    shows: 'podMetricsEndpoints:\n  - port: metrics\n',
  },
  'metrics.interval': {
    given: { metrics: { monitor: 'ServiceMonitor' } },
    set: { metrics: { interval: '15s' } },
    shows: 'endpoints:\n  - interval: 15s\n',
  },
  'metrics.rules': { set: { metrics: { rules: true } }, shows: 'alert: PullgateAbsent\n' },
  'metrics.labels': {
    given: { metrics: { rules: true } },
    set: { metrics: { labels: { release: 'prometheus' } } },
    shows: 'release: prometheus\n',
  },
  'metrics.dashboard': { set: { metrics: { dashboard: true } }, shows: 'grafana_dashboard: "1"\n' },
  'metrics.dashboardLabels': {
    given: { metrics: { dashboard: true } },
    set: { metrics: { dashboardLabels: { team: 'platform' } } },
    shows: 'team: platform\n',
  },
  'networkPolicy.enabled': {
    given: { networkPolicy: { enabled: false } },
    set: { networkPolicy: { enabled: true } },
    shows: 'kind: NetworkPolicy\n',
  },
  'networkPolicy.extraEgress': {
    set: { networkPolicy: { extraEgress: [{ ports: [{ port: 16443, protocol: 'TCP' }] }] } },
    shows: 'port: 16443\n',
  },
  resources: { set: { resources: { limits: { memory: '1Gi' } } }, shows: 'memory: 1Gi\n' },
  nodeOptions: { set: { nodeOptions: '--max-old-space-size=700' }, shows: 'value: --max-old-space-size=700\n' },
  terminationGracePeriodSeconds: {
    set: { terminationGracePeriodSeconds: 90 },
    shows: 'terminationGracePeriodSeconds: 90\n',
  },
  nodeSelector: { set: { nodeSelector: { pool: 'system' } }, shows: 'nodeSelector:\n        pool: system\n' },
  tolerations: { set: { tolerations: [{ operator: 'Exists' }] }, shows: 'tolerations:\n      - operator: Exists\n' },
  affinity: { set: { affinity: { nodeAffinity: {} } }, shows: 'affinity:\n        nodeAffinity: {}\n' },
  topologySpreadConstraints: {
    set: { topologySpreadConstraints: [{ maxSkew: 9, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule' }] },
    shows: 'topologySpreadConstraints:\n      - maxSkew: 9\n',
  },
  priorityClassName: {
    set: { priorityClassName: 'system-cluster-critical' },
    shows: 'priorityClassName: system-cluster-critical\n',
  },
  commonLabels: { set: { commonLabels: { cost: 'shared' } }, shows: 'cost: shared\n' },
  commonAnnotations: { set: { commonAnnotations: { owner: 'platform' } }, shows: 'owner: platform\n' },
  podLabels: { set: { podLabels: { tier: 'gate' } }, shows: '        tier: gate\n' },
  podAnnotations: { set: { podAnnotations: { mesh: 'off' } }, shows: '        mesh: "off"\n' },
  'serviceAccount.annotations': {
    set: { serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn' } } },
    shows: 'eks.amazonaws.com/role-arn: arn\n',
  },
  extraVolumes: {
    set: { extraVolumes: [{ name: 'more', emptyDir: {} }] },
    shows: 'emptyDir: {}\n        name: more\n',
  },
  extraVolumeMounts: {
    given: { extraVolumes: [{ name: 'more', emptyDir: {} }] },
    set: { extraVolumeMounts: [{ name: 'more', mountPath: '/more' }] },
    shows: 'mountPath: /more\n',
  },
};
