import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/lib/json.ts';
import { apiServerDouble } from '../support/api-server-double.ts';
import { deployment, pod } from '../support/pods.ts';
import { alice, basicRegistry, dockerConfigJson } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { runWithCluster } from './run-with-cluster.ts';

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
      try {
        api.put('team', 'serviceaccounts', {
          metadata: { name: 'default' },
          ...(account ? { imagePullSecrets: [{ name: 'regcred' }] } : {}),
        });
        if (stored !== undefined) api.put('team', 'secrets', { metadata, type, data: dataOf(host, stored) });
        const seen = await runWithCluster({ server: api.connection.server, objects: objects(host) });
        assert.deepEqual({ kinds: seen.kinds, denied: seen.outcome === 'failed' }, { kinds, denied });
      } finally {
        await api.close();
      }
    });
  }
});
