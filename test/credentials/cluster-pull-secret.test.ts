import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withClusterPullSecret, type ClusterPullSecret } from '../../src/credentials/cluster-pull-secret.ts';
import { nodeKeyring } from '../../src/credentials/node-keyring.ts';
import type { PullSecret } from '../../src/engine/keyring/docker-config.ts';

const pod = { namespace: 'shop', name: 'app', serviceAccount: 'default' };
const encoded = (text: string): string => Buffer.from(text).toString('base64');

function secret(text: string): PullSecret {
  const data = { '.dockerconfigjson': encoded(text) };
  return { name: 'pull-secret', type: 'kubernetes.io/dockerconfigjson', data };
}

const held = secret(JSON.stringify({ auths: { 'quay.io': { auth: encoded('robot:pass') } } }));

interface Case {
  readonly it: string;
  readonly read: ClusterPullSecret | undefined;
  readonly registry: string;
  readonly users: readonly string[];
  readonly undecided: boolean;
}

const cases: readonly Case[] = [
  {
    it: 'the nodes have the credentials of the Secret',
    read: { secret: held, unseenHosts: [] },
    registry: 'quay.io',
    users: ['robot'],
    undecided: false,
  },
  {
    it: 'they have none for other hosts',
    read: { secret: held, unseenHosts: [] },
    registry: 'ghcr.io',
    users: [],
    undecided: false,
  },
  {
    it: 'they may have one for the registry of the cluster',
    read: { secret: held, unseenHosts: ['registry.svc:5000'] },
    registry: 'registry.svc:5000',
    users: [],
    undecided: true,
  },
  {
    it: 'they may have one if the Secret could not be read',
    read: { secret: undefined, unseenHosts: [] },
    registry: 'quay.io',
    users: [],
    undecided: true,
  },
  { it: 'they may have one if nothing was read', read: undefined, registry: 'quay.io', users: [], undecided: true },
  {
    it: 'they may have one if the Secret is not a docker config',
    read: { secret: secret('{'), unseenHosts: [] },
    registry: 'quay.io',
    users: [],
    undecided: true,
  },
];

describe('withClusterPullSecret', () => {
  for (const { it, read, registry, users, undecided } of cases) {
    test(it, async () => {
      const keyring = withClusterPullSecret(nodeKeyring(undefined, []), 'ns/name', () => Promise.resolve(read));
      const reference = { registry, repository: 'team/app', tag: '1' };
      const found = await keyring.lookup(reference, pod, AbortSignal.timeout(60_000));
      assert.deepEqual(
        found.credentials.map((credential) => credential.kind === 'basic' && credential.username),
        users,
      );
      assert.deepEqual(
        found.undecided.map(({ provider }) => provider),
        undecided ? ['ns/name'] : [],
      );
    });
  }
});
