import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { check } from '../../src/compose/check-command.ts';
import { arrayOf, objectOf, type JsonObject } from '../../src/lib/json.ts';
import { apiServerDouble } from '../support/api-server-double.ts';
import { deployment, pod } from '../support/pods.ts';
import { alice, basicRegistry, dockerConfigJson } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';

const type = 'kubernetes.io/dockerconfigjson';
const named = { imagePullSecrets: [{ name: 'regcred' }] };
const metadata = { name: 'regcred' };
const announced = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata };

function dataOf(host: string, password: string) {
  return { '.dockerconfigjson': Buffer.from(dockerConfigJson(host, { ...alice, password })).toString('base64') };
}

interface Case {
  readonly it: string;
  readonly objects: (host: string) => readonly JsonObject[];
  /** The password in the cluster's secret. Undefined: the secret does not exist. */
  readonly stored?: string;
  /** Whether the default ServiceAccount in the cluster names the secret. */
  readonly account?: boolean;
  readonly kinds: readonly string[];
  readonly denied: boolean;
}

const cases: readonly Case[] = [
  {
    it: 'uses the secret of the cluster',
    objects: (host) => [deployment([`${host}/team/app:v1`], named)],
    stored: alice.password,
    kinds: [],
    denied: false,
  },
  {
    it: 'uses the secret of the ServiceAccount for a Pod',
    objects: (host) => [pod([`${host}/team/app:v1`])],
    stored: alice.password,
    account: true,
    kinds: [],
    denied: false,
  },
  {
    it: 'prefers a secret in the manifests to the one that it replaces',
    objects: (host) => [
      { apiVersion: 'v1', kind: 'Secret', metadata, type, data: dataOf(host, alice.password) },
      deployment([`${host}/team/app:v1`], named),
    ],
    stored: 'outdated',
    kinds: [],
    denied: false,
  },
  {
    it: 'denies an image if its secret does not exist',
    objects: (host) => [deployment([`${host}/team/app:v1`], named)],
    kinds: ['access-denied'],
    denied: true,
  },
  {
    it: 'only warns if the manifests announce the missing secret',
    objects: (host) => [announced, deployment([`${host}/team/app:v1`], named)],
    kinds: ['access-denied'],
    denied: false,
  },
  {
    it: 'reads the secret in the namespace of the object',
    objects: (host) => [
      { ...deployment([`${host}/team/app:v1`], named), metadata: { name: 'web', namespace: 'elsewhere' } },
    ],
    stored: alice.password,
    kinds: ['access-denied'],
    denied: true,
  },
];

describe('pullgate check with a cluster', () => {
  for (const { it, objects, stored, account = false, kinds, denied } of cases) {
    test(it, async () => {
      await using registry = await startScript(basicRegistry());
      const host = registry.symbols['registry'] ?? '';
      const api = await apiServerDouble();
      const folder = await mkdtemp(join(tmpdir(), 'pullgate-check-'));
      try {
        api.put('team', 'serviceaccounts', {
          metadata: { name: 'default' },
          ...(account ? { imagePullSecrets: [{ name: 'regcred' }] } : {}),
        });
        if (stored !== undefined) api.put('team', 'secrets', { metadata, type, data: dataOf(host, stored) });
        await writeFile(join(folder, 'kubeconfig'), kubeconfig(api.connection.server));
        await writeFile(join(folder, 'pullgate.yaml'), config);
        assert.deepEqual(await run(folder, objects(host)), { kinds, denied });
      } finally {
        await api.close();
        await rm(folder, { recursive: true });
      }
    });
  }
});

const config = `apiVersion: pullgate.dev/v1alpha1
kind: PullgateConfiguration
network: {allowLoopback: true}
nodes: {enabled: false}
`;

/** Its context names the namespace for objects without one. */
function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'team' } }],
    'current-context': 'x',
  });
}

async function run(folder: string, objects: readonly JsonObject[]) {
  let text = '';
  const outcome = await check(
    {
      filename: ['-'],
      kustomize: [],
      recursive: false,
      offline: false,
      name: 'pullgate',
      outputs: [{ format: 'json' }],
      failOn: 'deny',
      quiet: false,
      timeout: 120_000,
      kubeconfig: join(folder, 'kubeconfig'),
      config: join(folder, 'pullgate.yaml'),
      overrides: {},
      environment: {},
    },
    {
      stdin: Readable.from([objects.map((object) => JSON.stringify(object)).join('\n---\n')]),
      stdout: { write: (part) => (text += part) },
      stderr: { write: () => true },
    },
    new AbortController().signal,
  );
  const checked = arrayOf(objectOf(JSON.parse(text))['objects']);
  const findings = checked.flatMap((object) => arrayOf(objectOf(object)['findings']));
  return { kinds: findings.map((finding) => objectOf(finding)['kind']), denied: outcome === 'failed' };
}
