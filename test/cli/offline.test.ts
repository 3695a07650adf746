import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { check } from '../../src/compose/check-command.ts';
import { arrayOf, descend, objectOf, type JsonObject } from '../../src/lib/json.ts';
import { deployment, pod } from '../support/pods.ts';
import { alice, basicRegistry, dockerConfigJson } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';

const stranger = { username: 'mallory', password: 'guessed' };

interface Case {
  readonly it: string;
  /** Given the registry's host. */
  readonly objects: (host: string) => readonly JsonObject[];
  /** The local docker config. */
  readonly login?: (host: string) => string;
  /** What `docker-credential-fake get` writes. */
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

const sealed = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { name: 'regcred' } };

const cases: readonly Case[] = [
  {
    it: 'a secret among the manifests lets the image in',
    objects: (host) => [secret(host), deployment([`${host}/team/app:v1`], named)],
    kinds: [],
    denied: false,
  },
  {
    it: 'a wrong secret among the manifests is denied, whatever the local login may pull',
    objects: (host) => [secret(host, stranger), deployment([`${host}/team/app:v1`], named)],
    login: (host) => dockerConfigJson(host),
    kinds: ['access-denied'],
    denied: true,
  },
  {
    it: 'a ServiceAccount among the manifests hands its secrets to a Pod too',
    objects: (host) => [
      secret(host),
      { ...noSecrets, imagePullSecrets: [{ name: 'regcred' }] },
      pod([`${host}/team/app:v1`]),
    ],
    kinds: [],
    denied: false,
  },
  {
    it: 'a ServiceAccount among the manifests that hands out nothing settles a refusal',
    objects: (host) => [noSecrets, deployment([`${host}/team/app:v1`])],
    login: (host) => dockerConfigJson(host),
    kinds: ['access-denied'],
    denied: true,
  },
  {
    it: 'a refusal is not certain where the secret may be in the cluster',
    objects: (host) => [deployment([`${host}/team/app:v1`], named)],
    kinds: ['access-unknown', 'pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'nor where the default ServiceAccount may name one',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    kinds: ['access-unknown', 'pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'the local login finds the image: the secret alone is warned of',
    objects: (host) => [deployment([`${host}/team/app:v1`], named)],
    login: (host) => dockerConfigJson(host),
    kinds: ['pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'and nothing is said of a default ServiceAccount that nobody wrote',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    login: (host) => dockerConfigJson(host),
    kinds: [],
    denied: false,
  },
  {
    it: 'nor of a secret that a SealedSecret announces',
    objects: (host) => [sealed, deployment([`${host}/team/app:v1`], named)],
    login: (host) => dockerConfigJson(host),
    kinds: [],
    denied: false,
  },
  {
    it: 'the local login finds out that a tag does not exist',
    objects: (host) => [deployment([`${host}/team/app:v2`])],
    login: (host) => dockerConfigJson(host),
    kinds: ['image-not-found'],
    denied: true,
  },
  {
    it: 'a repository may be hidden from the local login, and be there for the secret in the cluster',
    objects: (host) => [deployment([`${host}/team/none:v1`], named)],
    login: (host) => dockerConfigJson(host),
    kinds: ['image-not-found', 'pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'a wrong local login proves nothing',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    login: (host) => dockerConfigJson(host, stranger),
    kinds: ['access-unknown', 'pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'a helper for the registry logs in',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    login: (host) => JSON.stringify({ auths: { [host]: {} }, credHelpers: { [host]: 'fake' } }),
    helper: JSON.stringify({ Username: alice.username, Secret: alice.password }),
    kinds: [],
    denied: false,
  },
  {
    it: 'and so does the common store',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    login: () => JSON.stringify({ credsStore: 'fake' }),
    helper: JSON.stringify({ Username: alice.username, Secret: alice.password }),
    kinds: [],
    denied: false,
  },
  {
    it: 'an identity token of a helper is no password',
    objects: (host) => [deployment([`${host}/team/app:v1`])],
    login: () => JSON.stringify({ credsStore: 'fake' }),
    helper: JSON.stringify({ Username: '<token>', Secret: alice.password }),
    kinds: ['access-unknown', 'pull-secret-unreadable'],
    denied: false,
  },
  {
    it: 'a namespace that the config leaves alone is not looked at',
    objects: (host) => [deployment([`${host}/team/none:v1`])],
    settings: 'namespaces: [{names: [default], profile: "off"}]\n',
    kinds: [],
    denied: false,
  },
];

describe('offline', () => {
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
        const seen = await run(folder, { apiVersion: 'v1', kind: 'List', items: objects(host) });
        assert.deepEqual({ kinds: seen.kinds, denied: seen.denied }, { kinds, denied });
        for (const { password } of [alice, stranger]) assert.doesNotMatch(seen.text, new RegExp(password));
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});

const configHead = `apiVersion: pullgate.dev/v1alpha1
kind: PullgateConfiguration
network: {allowLoopback: true}
`;

async function run(folder: string, manifests: JsonObject) {
  let text = '';
  const terminal = {
    stdin: Readable.from([JSON.stringify(manifests)]),
    stdout: { write: (part: string) => (text += part) },
    stderr: { write: (part: string) => (text += part) },
  };
  const denied = await check(
    {
      filename: ['-'],
      recursive: false,
      offline: true,
      output: 'json',
      timeout: 10_000,
      config: join(folder, 'pullgate.yaml'),
      overrides: {},
      environment: { DOCKER_CONFIG: folder, PATH: `${folder}:/usr/bin:/bin` },
    },
    terminal,
    new AbortController().signal,
  );
  const report = descend(JSON.parse(text.slice(text.indexOf('{'))), []);
  const findings = arrayOf(report['objects']).flatMap((object) => arrayOf(objectOf(object)['findings']));
  return { denied, text, kinds: findings.map((finding) => objectOf(finding)['kind']) };
}
