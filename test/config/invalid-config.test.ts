import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Overrides } from '../../src/config/overrides.ts';
import { readConfig } from '../../src/config/read-config.ts';

const head = 'apiVersion: pullgate.dev/v1alpha1\nkind: PullgateConfiguration\n';

const invalid: readonly {
  readonly it: string;
  readonly text: string;
  readonly overrides?: Overrides;
  readonly problem: RegExp;
}[] = [
  {
    it: 'suggests a key that is similar to an unknown key',
    text: 'profil: audit',
    problem: /^c\.yaml:3: profil: unknown key; did you mean profile\?$/,
  },
  {
    it: 'lists the known keys if none is similar',
    text: 'cache: { bananas: 1 }',
    problem: /^c\.yaml:3: cache\.bananas: unknown key; known keys are digest, tag/,
  },
  {
    it: 'names the expected type and the value',
    text: 'server:\n  port: high',
    problem: /^c\.yaml:4: server\.port: expected a whole number, found "high"$/,
  },
  {
    it: 'suggests a similar value',
    text: 'profile: strikt',
    problem: /^c\.yaml:3: profile: expected one of audit, .* found "strikt"; did you mean strict\?$/,
  },
  {
    it: 'does not repeat a secret text that is wrong',
    text: 'server: { pathToken: Geheim }',
    problem: /^c\.yaml:3: server\.pathToken: expected 32 to 128 lower-case letters, .*, found something else$/,
  },
  {
    it: 'does not repeat a secret text of the environment',
    text: '',
    overrides: { environment: { PULLGATE_PATH_TOKEN: `${'geheim'.repeat(8)}\n` } },
    problem: /^PULLGATE_PATH_TOKEN: expected 32 to 128 lower-case letters, .*, found something else$/,
  },
  {
    it: 'rejects a duration without a unit',
    text: 'deadline: 10',
    problem: /^c\.yaml:3: deadline: expected a duration .*, found 10$/,
  },
  {
    it: 'rejects a keepAlive shorter than that of the API server',
    text: 'server: { keepAlive: 5s }',
    problem: /server\.keepAlive: expected a duration of at least 91s, found "5s"/,
  },
  ...['connectTimeout', 'headersTimeout'].map((name) => ({
    it: `rejects a ${name} of 0, which would disable the limit`,
    text: `client: { ${name}: 0s }`,
    problem: new RegExp(`client\\.${name}: expected a duration of at least 100ms, found "0s"`),
  })),
  {
    it: 'rejects a number out of range',
    text: 'server: { port: 70000 }',
    problem: /server\.port: expected at most 65535, found 70000/,
  },
  {
    it: 'rejects an exemption without a reason',
    text: 'exemptions:\n- images: [a]\n  kinds: [latest-tag]',
    problem: /^c\.yaml:4: exemptions\[0\]\.reason: expected a value, found none$/,
  },
  {
    it: 'rejects an exemption without a list',
    text: 'exemptions: [{ reason: a }]',
    problem: /exemptions\[0\]: expected at least one of images, namespaces and kinds/,
  },
  {
    it: 'rejects an unknown kind of finding',
    text: 'actions: { image-missing: deny }',
    problem: /actions\.image-missing: unknown key/,
  },
  ...[
    { wrong: 'apiVersion: v1', problem: /announcers\[0\]\.apiVersion: expected a group and a version/ },
    { wrong: 'apiVersion: a/v1/../../secrets', problem: /announcers\[0\]\.apiVersion: expected a group and a version/ },
    { wrong: 'resource: as/status', problem: /announcers\[0\]\.resource: expected a plural name/ },
    { wrong: 'kind: a b', problem: /announcers\[0\]\.kind: expected a kind/ },
    { wrong: 'secretNames: [.spec.name]', problem: /announcers\[0\]\.secretNames\[0\]: expected a path/ },
    { wrong: 'secretNames: ["spec.list[0].name"]', problem: /announcers\[0\]\.secretNames\[0\]: expected a path/ },
    { wrong: 'namespace: "{.spec.in}"', problem: /announcers\[0\]\.namespace: expected a path/ },
    { wrong: 'onlyIf: { path: spec.on }', problem: /announcers\[0\]\.onlyIf\.oneOf: expected a value/ },
    { wrong: 'onlyIf: { path: a, oneOf: [] }', problem: /announcers\[0\]\.onlyIf\.oneOf: expected a non-empty list/ },
  ].map(({ wrong, problem }) => {
    const right = ['apiVersion: a/v1', 'kind: A', 'resource: as'].filter(
      (field) => !wrong.startsWith(field.slice(0, 4)),
    );
    return {
      it: `rejects an announcer with ${wrong}`,
      text: `announcers: [{ ${[...right, wrong].join(', ')} }]`,
      problem,
    };
  }),
  {
    it: 'rejects an announcer without a resource',
    text: 'announcers: [{ apiVersion: a/v1, kind: A }]',
    problem: /announcers\[0\]\.resource: expected a value, found none/,
  },
  ...[
    { wrong: 'group: ""', problem: /workloads\[0\]\.group: expected an API group such as example\.com, found ""/ },
    { wrong: 'group: example.com/v1', problem: /workloads\[0\]\.group: expected an API group/ },
    { wrong: 'kind: machine', problem: /workloads\[0\]\.kind: expected a kind such as Rollout/ },
    { wrong: 'resource: machines/status', problem: /workloads\[0\]\.resource: expected a plural name/ },
    { wrong: 'podPaths: []', problem: /workloads\[0\]\.podPaths: expected a non-empty list/ },
    { wrong: 'podPaths: spec.template', problem: /workloads\[0\]\.podPaths: expected a list, found "spec\.template"/ },
    ...['template', '.spec.template', 'spec.list[0]', 'spec.a..b', 'spec.', 'spec.{a}', 'specs.a'].map((path) => ({
      wrong: `podPaths: [spec.a, ${JSON.stringify(path)}]`,
      problem: /workloads\[0\]\.podPaths\[1\]: expected a path that starts with spec, such as spec\.template/,
    })),
    { wrong: 'podPath: spec', problem: /workloads\[0\]\.podPath: unknown key; did you mean podPaths\?/ },
  ].map(({ wrong, problem }) => {
    const fields = ['group: example.com', 'kind: Machine', 'resource: machines', 'podPaths: [spec.template]'];
    const right = fields.filter((field) => field.split(':')[0] !== wrong.split(':')[0]);
    return {
      it: `rejects a workload with ${wrong}`,
      text: `workloads: [{ ${[...right, wrong].join(', ')} }]`,
      problem,
    };
  }),
  {
    it: 'rejects a workload without paths',
    text: 'workloads: [{ group: example.com, kind: Machine, resource: machines }]',
    problem: /workloads\[0\]\.podPaths: expected a value, found none/,
  },
  {
    it: 'requires both files of a certificate',
    text: 'tls: { source: files, certFile: /a }',
    problem: /tls\.keyFile: expected a value/,
  },
  {
    it: 'requires a client CA with a client name',
    text: 'tls: { clientName: apiserver }',
    problem: /tls\.clientCA: expected a value/,
  },
  {
    it: 'rejects an invalid range',
    text: 'network: { denyRanges: [10.0.0.0/33] }',
    problem: /denyRanges\[0\]: expected an address or a range/,
  },
  {
    it: 'rejects an empty list that would match nothing',
    text: 'namespaces: [{ names: [] }]',
    problem: /names: expected a non-empty list, found an empty list/,
  },
  {
    it: 'names the flag with the wrong value',
    text: '',
    overrides: { flags: { 'log-level': 'loud' } },
    problem: /^--log-level: expected one of debug/,
  },
  {
    it: 'names the variable with the wrong value',
    text: '',
    overrides: { environment: { PULLGATE_LISTEN_HTTPS: 'http' } },
    problem: /^PULLGATE_LISTEN_HTTPS: expected a whole number/,
  },
  {
    it: 'names the new name of a renamed variable',
    text: '',
    overrides: { environment: { PULLGATE_PORT: '8443' } },
    problem: /^PULLGATE_PORT: this variable was renamed to PULLGATE_LISTEN_HTTPS$/,
  },
  {
    it: 'rejects the key __proto__',
    text: '__proto__: { profile: audit }',
    problem: /__proto__: unknown key/,
  },
  {
    it: 'reports one line even if a key has a line break',
    text: '"a\\nb": 1',
    problem: /^c\.yaml:3: a b: unknown key/,
  },
  {
    it: 'rejects a duplicate key',
    text: 'deep: true\ndeep: false',
    problem: /^c\.yaml:4: Map keys must be unique$/,
  },
  { it: 'rejects invalid YAML', text: 'registries: [', problem: /^c\.yaml:\d: Flow sequence/ },
  {
    it: 'rejects a second document',
    text: '---\ndeep: true',
    problem: /^c\.yaml:3: Source contains multiple documents$/,
  },
  { it: 'rejects an alias without an anchor', text: 'x: *a', problem: /^c\.yaml:1: Unresolved alias/ },
];

describe('reading an invalid config', () => {
  for (const { it, text, overrides, problem } of invalid) {
    test(it, () => {
      const result = readConfig({ name: 'c.yaml', text: head + text }, overrides);
      assert.equal(result.kind, 'invalid');
      assert.match(result.problem, problem);
    });
  }

  test('rejects another kind of file, an empty file, and aliases that expand to a huge value', () => {
    const bomb = ['a0: &a0 [x, x]', ...Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)];
    const files = ['', 'apiVersion: v1\nkind: ConfigMap', '- a', bomb.join('\n')];
    const problems = files.map((text) => readConfig({ name: 'c.yaml', text }));
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      ['invalid', 'invalid', 'invalid', 'invalid'],
    );
  });
});
