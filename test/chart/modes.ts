/*
 * What an operator can install with kustomize, and the values of the chart that install the same.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { manifests } from '../support/overlay.ts';

export interface Mode {
  /** Folder in `manifests`. */
  readonly on: string;
  /** Folders in `manifests/components`. */
  readonly components?: readonly string[];
  /** Fields that the site adds to the configuration. */
  readonly config?: object;
  /** Files that the site needs, and further fields of its kustomization. */
  readonly files?: Readonly<Record<string, string>>;
  readonly kustomization?: object;
  /** The values of the chart. */
  readonly values: object;
}

const nodeFiles = join(manifests, 'overlays/node-files');
const [hosts, ca, dockerConfig] = await Promise.all(
  ['certs.d/registry.example.com/hosts.toml', 'registry.pem', 'config.json'].map((path) =>
    readFile(join(nodeFiles, path), 'utf8'),
  ),
);
const { registries } = parse(await readFile(join(nodeFiles, 'config.yaml'), 'utf8')) as { registries: object };

const withPlugins = {
  dockerConfig: '/etc/pullgate-node/config.json',
  providers: { config: '/etc/pullgate-node/credential-provider.yaml', binDir: '/etc/pullgate-plugins' },
};
const secretFiles = { 'config.json': '{}', 'credential-provider.yaml': 'kind: CredentialProviderConfig\n' };
const fail = { failurePolicy: 'Fail', replicas: 3 };

/** A field of the configuration that needs a component. */
function needs(component: string, config: object): Mode {
  return { on: 'base', components: [component], config, values: { config } };
}

/** The overlay `development` is missing: it installs no pods, which is no use for a chart. */
export const modes: Readonly<Record<string, Mode>> = {
  base: { on: 'base', values: {} },
  audit: { on: 'overlays/audit', values: { profile: 'audit' } },
  enforce: { on: 'overlays/enforce', values: fail },
  strict: { on: 'overlays/strict', values: { ...fail, profile: 'strict' } },
  'cert-manager': { on: 'overlays/cert-manager', values: { certificates: { source: 'certManager' } } },
  'namespaced-secrets': {
    on: 'overlays/namespaced-secrets',
    values: { pullSecrets: { scope: 'namespaces', namespaces: ['default'] } },
  },
  'node-files': {
    on: 'overlays/node-files',
    values: {
      config: { registries },
      certsD: { files: { 'registry.example.com/hosts.toml': hosts } },
      registryCAs: { files: { 'registry.pem': ca } },
      nodeCredentials: { dockerConfig },
    },
  },
  events: needs('events', { events: true }),
  recheck: needs('recheck', { recheck: true }),
  'profile-label': needs('profile-label', { namespaceLabel: { profiles: ['audit'] } }),
  openshift: needs('openshift', { openshift: { enabled: true } }),
  'announced-secrets': needs('announced-secrets', { missingSecret: 'pending' }),
  'custom-workloads': {
    on: 'base',
    components: ['custom-workloads'],
    values: { webhook: { customWorkloads: true } },
  },
  'custom-workloads-cert-manager': {
    on: 'overlays/cert-manager',
    components: ['custom-workloads-cert-manager'],
    values: { certificates: { source: 'certManager' }, webhook: { customWorkloads: true } },
  },
  scan: { on: 'base', components: ['scan'], values: { scan: { enabled: true } } },
  'certs-d': {
    on: 'base',
    components: ['certs-d'],
    config: { certsDir: '/etc/containerd/certs.d' },
    files: { hosts: 'one', ca: 'two' },
    kustomization: {
      configMapGenerator: [{ name: 'pullgate-certs-d', namespace: 'pullgate', files: ['hosts', 'ca'] }],
      patches: [{ patch: items('certs-d', { hosts: 'one.test:5000/hosts.toml', ca: 'one.test:5000/ca.crt' }) }],
    },
    values: { certsD: { files: { 'one.test:5000/hosts.toml': 'one', 'one.test:5000/ca.crt': 'two' } } },
  },
  'registry-cas': {
    on: 'base',
    components: ['registry-cas'],
    values: { registryCAs: { existingConfigMap: 'pullgate-registry-cas' } },
  },
  'node-credentials': {
    on: 'base',
    components: ['node-credentials'],
    values: { nodeCredentials: { existingSecret: 'pullgate-node-credentials' } },
  },
  plugins: {
    on: 'base',
    components: ['node-credentials', 'node-plugins', 'plugin-tokens'],
    config: { nodeCredentials: withPlugins },
    files: secretFiles,
    kustomization: {
      secretGenerator: [{ name: 'pullgate-node-credentials', namespace: 'pullgate', files: Object.keys(secretFiles) }],
      images: [{ name: 'pullgate-plugins', newName: 'registry.example.com/plugins', newTag: '1' }],
    },
    values: {
      nodeCredentials: {
        dockerConfig: secretFiles['config.json'],
        plugins: {
          image: 'registry.example.com/plugins:1',
          config: secretFiles['credential-provider.yaml'],
          serviceAccountTokens: true,
        },
      },
    },
  },
};

/** A patch that sets the paths of the keys of a ConfigMap. */
function items(volume: string, paths: Readonly<Record<string, string>>): string {
  const configMap = { name: `pullgate-${volume}`, items: Object.entries(paths).map(([key, path]) => ({ key, path })) };
  const template = { spec: { volumes: [{ name: volume, configMap }] } };
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'pullgate' },
    spec: { template },
  });
}
