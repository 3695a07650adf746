import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/lib/json.ts';
import { deployment, pod } from '../support/pods.ts';
import { alice, basicRegistry, dockerConfigJson } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { configHead, runOffline } from './run-offline.ts';

const wrongUser = { username: 'mallory', password: 'guessed' };

interface Case {
  readonly it: string;
  /** Returns the manifests for a registry host. */
  readonly objects: (host: string) => readonly JsonObject[];
  /** Returns the local docker config. */
  readonly login?: (host: string) => string;
  /** The output of `docker-credential-fake get`. */
  readonly helper?: string;
  readonly settings?: string;
  readonly kinds: readonly string[];
  readonly denied: boolean;
}

const named = { imagePullSecrets: [{ name: 'regcred' }] };
const noSecrets = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };

function secret(host: string, who = alice as { username: string; password: string }): JsonObject {
  const stringData = { '.dockerconfigjson': dockerConfigJson(host, who) };
  const type = 'kubernetes.io/dockerconfigjson';
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'regcred' }, type, stringData };
}

/** An object of a custom kind with a pod template in its spec. */
function custom(apiVersion: string, kind: string, host: string, tag: string): JsonObject {
  const { spec } = deployment([`${host}/team/app:${tag}`]);
  return { apiVersion, kind, metadata: { name: 'web' }, spec };
}

const sealed = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { name: 'regcred' } };

/** An object that announces the secret at this path of its spec. */
function announcing(apiVersion: string, kind: string, spec: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name: 'logins' }, spec };
}

const external = announcing('external-secrets.io/v1', 'ExternalSecret', { target: { name: 'regcred' } });
const vault = announcing('secrets.hashicorp.com/v1beta1', 'VaultStaticSecret', {
  destination: { name: 'regcred', create: true },
});
const own = announcing('example.com/v1', 'RegistryLogin', { secret: 'regcred' });
const ownAnnouncer =
  'announcers: [{ apiVersion: example.com/v1, kind: RegistryLogin, resource: logins, secretNames: [spec.secret] }]\n';

const cases: readonly Case[] = [
  {
    it: 'uses a secret in the manifests',
    objects: (host) => [secret(host), deployment([`${host}/team/app:v1`], named)],
    kinds: [],
    denied: false,
  },
  {
    it: 'denies an image with a wrong secret in the manifests, even if the local login may pull it',
    objects: (host) => [secret(host, wrongUser), deployment([`${host}/team/app:v1`], named)],
    login: (host) => dockerConfigJson(host),
    kinds: ['access-denied'],
    denied: true,
  },
  {
    it: 'uses the secrets of a ServiceAccount in the manifests for a Pod',
    objects: (host) => [
      secret(host),
      { ...noSecrets, imagePullSecrets: [{ name: 'regcred' }] },
      pod([`${host}/team/app:v1`]),
    ],
    kinds: [],
    denied: false,
  },
  {
    it: 'denies a refused image if the ServiceAccount in the manifests has no secrets',
    objects: (host) => [noSecrets, deployment([`${host}/team/app:v1`])],
    login: (host) => dockerConfigJson(host),
    kinds: ['access-denied'],
    denied: true,
  },
  {
    it: 'only warns about a refused image if the secret may be in the cluster',
    objects: (host) => [deployment([`${host}/team/app:v1`], named)],
    kinds: ['access-unknown', 'pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'only warns about a refused image if the default ServiceAccount may name a secret',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    kinds: ['access-unknown', 'pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'only warns about the secret if the local login finds the image',
    objects: (host) => [deployment([`${host}/team/app:v1`], named)],
    login: (host) => dockerConfigJson(host),
    kinds: ['pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'does not warn about a default ServiceAccount that is not in the manifests',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    login: (host) => dockerConfigJson(host),
    kinds: [],
    denied: false,
  },
  {
    it: 'does not warn about a secret that a SealedSecret announces',
    objects: (host) => [sealed, deployment([`${host}/team/app:v1`], named)],
    login: (host) => dockerConfigJson(host),
    kinds: [],
    denied: false,
  },
  ...[external, vault].map((object) => ({
    it: `does not warn about a secret that an object of kind ${String(object['kind'])} announces`,
    objects: (host: string) => [object, deployment([`${host}/team/app:v1`], named)],
    login: (host: string) => dockerConfigJson(host),
    kinds: [],
    denied: false,
  })),
  {
    it: 'does not warn about a secret that an object of a configured kind announces',
    objects: (host) => [own, deployment([`${host}/team/app:v1`], named)],
    login: (host) => dockerConfigJson(host),
    settings: ownAnnouncer,
    kinds: [],
    denied: false,
  },
  {
    it: 'warns about a secret that an object of an unknown kind names',
    objects: (host) => [own, deployment([`${host}/team/app:v1`], named)],
    login: (host) => dockerConfigJson(host),
    kinds: ['pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'denies a tag that does not exist for the local login',
    objects: (host) => [deployment([`${host}/team/app:v2`])],
    login: (host) => dockerConfigJson(host),
    kinds: ['image-not-found'],
    denied: true,
  },
  {
    it: 'only warns about a repository that the registry may hide from the local login',
    objects: (host) => [deployment([`${host}/team/none:v1`], named)],
    login: (host) => dockerConfigJson(host),
    kinds: ['image-not-found', 'pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'only warns if the registry refuses the local login',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    login: (host) => dockerConfigJson(host, wrongUser),
    kinds: ['access-unknown', 'pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'uses a credential helper for the registry',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    login: (host) => JSON.stringify({ auths: { [host]: {} }, credHelpers: { [host]: 'fake' } }),
    helper: JSON.stringify({ Username: alice.username, Secret: alice.password }),
    kinds: [],
    denied: false,
  },
  {
    it: 'uses the credential store',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    login: () => JSON.stringify({ credsStore: 'fake' }),
    helper: JSON.stringify({ Username: alice.username, Secret: alice.password }),
    kinds: [],
    denied: false,
  },
  {
    it: 'does not use an identity token of a helper as a password',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    login: () => JSON.stringify({ credsStore: 'fake' }),
    helper: JSON.stringify({ Username: '<token>', Secret: alice.password }),
    kinds: ['access-unknown', 'pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'denies a tag that does not exist in an object of a custom kind',
    objects: (host) => [custom('argoproj.io/v1alpha1', 'Rollout', host, 'v2')],
    login: (host) => dockerConfigJson(host),
    kinds: ['image-not-found'],
    denied: true,
  },
  {
    it: 'denies a tag that does not exist in an object of a configured kind',
    objects: (host) => [custom('example.com/v1', 'Machine', host, 'v2')],
    login: (host) => dockerConfigJson(host),
    settings: 'workloads: [{ group: example.com, kind: Machine, resource: machines, podPaths: [spec.template] }]\n',
    kinds: ['image-not-found'],
    denied: true,
  },
  {
    it: 'denies a tag that does not exist in an object of an unknown kind, which it checks by its shape',
    objects: (host) => [custom('example.com/v1', 'Machine', host, 'v2')],
    login: (host) => dockerConfigJson(host),
    kinds: ['image-not-found'],
    denied: true,
  },
  {
    it: 'only warns about an object of an unknown kind that the registry refuses, whose controller may add a secret',
    objects: (host) => [noSecrets, custom('example.com/v1', 'Machine', host, 'v1')],
    kinds: ['access-unknown'],
    denied: false,
  },
  {
    it: 'does not check a namespace with the profile off',
    objects: (host) => [deployment([`${host}/team/none:v1`])],
    settings: 'namespaces: [{names: [default], profile: "off"}]\n',
    kinds: [],
    denied: false,
  },
];

describe('pullgate check --offline', () => {
  for (const { it, objects, login, helper = '', settings = '', kinds, denied } of cases) {
    test(it, async () => {
      await using registry = await startScript(basicRegistry());
      const host = registry.symbols['registry'] ?? '';
      const folder = await mkdtemp(join(tmpdir(), 'pullgate-check-'));
      try {
        await writeFile(join(folder, 'pullgate.yaml'), `${configHead}${settings}`);
        if (login !== undefined) await writeFile(join(folder, 'config.json'), login(host));
        const program = join(folder, 'docker-credential-fake');
        await writeFile(program, `#!/bin/sh\ncat >/dev/null\ncat <<'END'\n${helper}\nEND\n`);
        await chmod(program, 0o755);
        const seen = await runOffline(folder, { apiVersion: 'v1', kind: 'List', items: objects(host) });
        assert.deepEqual({ kinds: seen.kinds, denied: seen.denied }, { kinds, denied });
        for (const { password } of [alice, wrongUser]) assert.doesNotMatch(seen.text, new RegExp(password));
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});
