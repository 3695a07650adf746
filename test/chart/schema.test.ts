import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { helmMajors, needsHelm } from '../support/helm.ts';
import { template } from './render.ts';

const pem = '-----BEGIN CERTIFICATE-----';

/** Wrong values, and the path that Helm must name. */
const refused: readonly { readonly it: string; readonly values: object; readonly at: string }[] = [
  { it: 'an unknown value', values: { replica: 2 }, at: "'replica'" },
  { it: 'an unknown profile', values: { profile: 'off' }, at: '/profile' },
  { it: 'an unknown failurePolicy', values: { failurePolicy: 'fail' }, at: '/failurePolicy' },
  { it: 'no replica', values: { replicas: 0 }, at: '/replicas' },
  { it: 'a number as a text', values: { replicas: '3' }, at: '/replicas' },
  { it: 'a name that no Service can have', values: { fullnameOverride: 'My_Gate' }, at: '/fullnameOverride' },
  { it: 'a name of 64 characters', values: { fullnameOverride: 'x'.repeat(64) }, at: '/fullnameOverride' },
  { it: 'a repository with a digest', values: { image: { repository: 'a@sha256:0' } }, at: '/image/repository' },
  { it: 'a digest without its algorithm', values: { image: { digest: 'f'.repeat(64) } }, at: '/image/digest' },
  { it: 'a tag that is a number', values: { image: { tag: 1 } }, at: '/image/tag' },
  { it: 'an unknown pullPolicy', values: { image: { pullPolicy: 'Sometimes' } }, at: '/image/pullPolicy' },
  { it: 'a pull secret that is a text', values: { imagePullSecrets: ['regcred'] }, at: '/imagePullSecrets/0' },
  { it: 'an unknown field of the configuration', values: { config: { profil: 'audit' } }, at: "'profil'" },
  { it: 'a field that the chart sets', values: { config: { tls: { source: 'files' } } }, at: '/config/tls' },
  { it: 'the profile in the configuration', values: { config: { profile: 'audit' } }, at: '/config' },
  { it: 'the port in the configuration', values: { config: { server: { port: 1 } } }, at: '/config/server' },
  { it: 'an action for an unknown kind', values: { config: { actions: { typo: 'deny' } } }, at: '/config/actions' },
  { it: 'a duration without a unit', values: { config: { deadline: '10' } }, at: '/config/deadline' },
  {
    it: 'a relative path of a CA',
    values: { config: { registries: [{ host: 'a', ca: 'a.pem' }] } },
    at: '/config/registries/0/ca',
  },
  {
    it: 'an exemption without a reason',
    values: { config: { exemptions: [{ images: ['a'] }] } },
    at: '/config/exemptions/0',
  },
  { it: 'an unknown scope', values: { pullSecrets: { scope: 'none' } }, at: '/pullSecrets/scope' },
  { it: 'namespaces without effect', values: { pullSecrets: { namespaces: ['a'] } }, at: '/pullSecrets/namespaces' },
  { it: 'a CA that is no PEM', values: { registryCAs: { files: { a: 'x' } } }, at: '/registryCAs/files/a' },
  {
    it: 'two sources of CAs',
    values: { registryCAs: { files: { a: pem }, existingConfigMap: 'b' } },
    at: '/registryCAs/files',
  },
  { it: 'a file in certs.d without a host', values: { certsD: { files: { 'hosts.toml': 'x' } } }, at: '/certsD/files' },
  {
    it: 'a docker config that is no text',
    values: { nodeCredentials: { dockerConfig: {} } },
    at: '/nodeCredentials/dockerConfig',
  },
  {
    it: 'two sources of credentials',
    values: { nodeCredentials: { dockerConfig: '{}', existingSecret: 'a' } },
    at: '/nodeCredentials/dockerConfig',
  },
  {
    it: 'plugins without an image',
    values: { nodeCredentials: { plugins: { config: 'x' } } },
    at: '/nodeCredentials/plugins/config',
  },
  {
    it: 'plugins without a config',
    values: { nodeCredentials: { plugins: { image: 'x' } } },
    at: '/nodeCredentials/plugins/config',
  },
  { it: 'an unknown source', values: { certificates: { source: 'cert-manager' } }, at: '/certificates/source' },
  {
    it: 'an existing certificate without a Secret',
    values: { certificates: { source: 'existing' } },
    at: '/certificates/existing/secretName',
  },
  {
    it: 'a Secret without effect',
    values: { certificates: { existing: { secretName: 'a' } } },
    at: '/certificates/existing/secretName',
  },
  {
    it: 'a path without effect',
    values: { certificates: { pathToken: 'a'.repeat(32) } },
    at: '/certificates/pathToken',
  },
  {
    it: 'a path that can be guessed',
    values: { certificates: { source: 'certManager', pathToken: 'short' } },
    at: '/certificates/pathToken',
  },
  {
    it: 'an issuer without effect',
    values: { certificates: { certManager: { issuerRef: { name: 'a' } } } },
    at: '/certificates/certManager/issuerRef',
  },
  {
    it: 'a rule for DELETE',
    values: {
      webhook: { extraRules: [{ apiGroups: ['a'], apiVersions: ['v1'], operations: ['DELETE'], resources: ['b'] }] },
    },
    at: '/webhook/extraRules/0/operations/0',
  },
  { it: 'a rule without resources', values: { webhook: { extraRules: [{}] } }, at: '/webhook/extraRules/0' },
  { it: 'an unknown monitor', values: { metrics: { monitor: true } }, at: '/metrics/monitor' },
  { it: 'an interval without effect', values: { metrics: { interval: '30s' } }, at: '/metrics/interval' },
  {
    it: 'egress without effect',
    values: { networkPolicy: { enabled: false, extraEgress: [{}] } },
    at: '/networkPolicy/extraEgress',
  },
  { it: 'a label that is a number', values: { commonLabels: { cost: 1 } }, at: '/commonLabels/cost' },
  { it: 'an unknown kind of resources', values: { resources: { limit: {} } }, at: '/resources' },
  { it: 'a mount without a name', values: { extraVolumeMounts: [{ mountPath: '/a' }] }, at: '/extraVolumeMounts/0' },
];

describe('the schema of the values', await needsHelm(), () => {
  for (const major of helmMajors) {
    for (const { it, values, at } of refused) {
      test(`helm ${major} refuses ${it}, and names the path`, async () => {
        const { code, stderr } = await template(major, values);
        assert.notEqual(code, 0);
        assert.match(stderr, /values don't meet the specifications of the schema/);
        assert.ok(stderr.includes(at), stderr);
      });
    }

    test(`helm ${major} accepts what it passes to a dependency`, async () => {
      const { code, stderr } = await template(major, { global: { any: 'thing' }, enabled: true });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    });
  }
});
