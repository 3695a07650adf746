import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { findingKinds } from '../../src/engine/policy/policy.ts';
import type { Config } from '../../src/config/config.ts';
import type { Overrides } from '../../src/config/overrides.ts';
import { readConfig } from '../../src/config/read-config.ts';
import schema from '../../src/config/schema.json' with { type: 'json' };

const head = 'apiVersion: pullgate.dev/v1alpha1\nkind: PullgateConfiguration\n';

function read(text: string, overrides: Overrides = {}): Config {
  const result = readConfig({ name: 'c.yaml', text: head + text }, overrides);
  assert.equal(result.kind, 'config', inspect(result));
  return result.config;
}

const accepted: readonly {
  readonly it: string;
  readonly text?: string;
  readonly overrides?: Overrides;
  readonly pick: (config: Config) => unknown;
  readonly expected: unknown;
}[] = [
  { it: 'fills in defaults', pick: ({ profile, server }) => [profile, server.port], expected: ['balanced', 8443] },
  { it: 'converts durations to ms', text: 'deadline: 2.5s', pick: ({ deadline }) => deadline, expected: 2500 },
  {
    it: 'rounds durations up to whole ms',
    text: 'deadline: 2.5001s',
    pick: ({ deadline }) => deadline,
    expected: 2501,
  },
  {
    it: 'shortens durations that no timer accepts',
    text: 'deadline: 5000h',
    pick: ({ deadline }) => deadline,
    expected: 2_147_483_647,
  },
  {
    it: 'adds the parts of a duration',
    text: 'cache: { digest: 1h30m }',
    pick: ({ cache }) => cache.digest,
    expected: 5_400_000,
  },
  { it: 'converts default durations to ms', pick: ({ server }) => server.keepAlive, expected: 120_000 },
  {
    it: 'reads the profile off as a string',
    text: 'namespaces: [{ names: [a], profile: off }]',
    pick: ({ namespaces }) => namespaces[0]?.profile,
    expected: 'off',
  },
  {
    it: 'reads a custom workload, with wildcards in its paths',
    text:
      'workloads: [{ group: example.com, kind: Machine, resource: machines,' +
      ' podPaths: [spec, "spec.list[*].template", "spec.map.*.template", "spec.steps[*][*].pod"] }]',
    pick: ({ workloads }) => workloads[0]?.podPaths,
    expected: ['spec', 'spec.list[*].template', 'spec.map.*.template', 'spec.steps[*][*].pod'],
  },
  {
    it: 'reads a kind that announces Secrets, and needs no path of its Secrets',
    text: 'announcers: [{ apiVersion: example.com/v1, kind: RegistryLogin, resource: registrylogins }]',
    pick: ({ announcers }) => announcers,
    expected: [{ apiVersion: 'example.com/v1', kind: 'RegistryLogin', resource: 'registrylogins', secretNames: [] }],
  },
  {
    it: 'reads the paths of a kind that announces Secrets, and null as a value',
    text:
      'announcers: [{ apiVersion: a/v1, kind: A, resource: as, secretNames: ["spec.list[*].name"], namespace: spec.in,' +
      ' clusterWide: true, onlyIf: { path: spec.on, oneOf: [true, null] } }]',
    pick: ({ announcers }) => announcers,
    expected: [
      {
        apiVersion: 'a/v1',
        kind: 'A',
        resource: 'as',
        secretNames: ['spec.list[*].name'],
        namespace: 'spec.in',
        clusterWide: true,
        onlyIf: { path: 'spec.on', oneOf: [true, null] },
      },
    ],
  },
  {
    it: 'prefers the environment to the file',
    text: 'profile: audit',
    overrides: { environment: { PULLGATE_PROFILE: 'strict' } },
    pick: ({ profile }) => profile,
    expected: 'strict',
  },
  {
    it: 'prefers flags to the environment',
    overrides: { environment: { PULLGATE_LISTEN_HTTPS: '1' }, flags: { port: '2' } },
    pick: ({ server }) => server.port,
    expected: 2,
  },
  {
    it: 'ignores an empty variable',
    text: 'profile: audit',
    overrides: { environment: { PULLGATE_PROFILE: '' } },
    pick: ({ profile }) => profile,
    expected: 'audit',
  },
  {
    it: 'reads a namespace of digits from POD_NAMESPACE',
    overrides: { environment: { POD_NAMESPACE: '123' } },
    pick: ({ ownNamespace }) => ownNamespace,
    expected: '123',
  },
  {
    it: 'reads the namespace from POD_NAMESPACE',
    overrides: { environment: { POD_NAMESPACE: 'own' } },
    pick: ({ ownNamespace }) => ownNamespace,
    expected: 'own',
  },
  {
    it: 'prefers the upper-case name of a proxy variable, like containerd',
    overrides: { environment: { NO_PROXY: 'a', no_proxy: 'b' } },
    pick: ({ proxy }) => proxy.none,
    expected: 'a',
  },
  {
    it: 'reads the path token of the environment',
    overrides: { environment: { PULLGATE_PATH_TOKEN: '0'.repeat(64) } },
    pick: ({ server }) => server.pathToken?.reveal(),
    expected: '0'.repeat(64),
  },
  {
    it: 'keeps the password of a proxy',
    overrides: { environment: { HTTPS_PROXY: 'http://u:geheim@p:1' } },
    pick: ({ proxy }) => proxy.https?.reveal(),
    expected: 'http://u:geheim@p:1',
  },
];

describe('reading a valid config', () => {
  for (const { it, text = '', overrides, pick, expected } of accepted) {
    test(it, () => assert.deepEqual(pick(read(text, overrides)), expected));
  }

  test('needs no file', () => assert.equal(readConfig().kind, 'config'));

  test('freezes the config at every level', () => {
    const config = read('namespaces: [{ names: [a] }]');
    for (const part of [config, config.server, config.namespaces, config.namespaces[0]]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  test('hides the password of a proxy in all output', () => {
    const config = read('', { environment: { http_proxy: 'http://u:geheim@p:1' } });
    assert.doesNotMatch(JSON.stringify(config) + inspect(config, { depth: 9 }), /geheim/);
  });
});

describe('the config schema', () => {
  test('has every kind of finding', () => {
    assert.deepEqual(schema.$defs.kind.enum, findingKinds);
    assert.deepEqual(Object.keys(schema.$defs.actions.properties), findingKinds);
  });
});
