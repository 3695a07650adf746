import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  readonly is: unknown;
}[] = [
  { it: 'fills in defaults', pick: ({ profile, server }) => [profile, server.port], is: ['balanced', 8443] },
  { it: 'turns durations into ms', text: 'deadline: 2.5s', pick: ({ deadline }) => deadline, is: 2500 },
  {
    it: 'adds the parts of a duration',
    text: 'cache: { digest: 1h30m }',
    pick: ({ cache }) => cache.digest,
    is: 5_400_000,
  },
  { it: 'turns default durations into ms too', pick: ({ server }) => server.keepAlive, is: 120_000 },
  {
    it: 'takes off for a profile as the word that it is',
    text: 'namespaces: [{ names: [a], profile: off }]',
    pick: ({ namespaces }) => namespaces[0]?.profile,
    is: 'off',
  },
  {
    it: 'lays the environment above the file',
    text: 'profile: audit',
    overrides: { environment: { PULLGATE_PROFILE: 'strict' } },
    pick: ({ profile }) => profile,
    is: 'strict',
  },
  {
    it: 'lays flags above the environment',
    overrides: { environment: { PULLGATE_LISTEN_HTTPS: '1' }, flags: { port: '2' } },
    pick: ({ server }) => server.port,
    is: 2,
  },
  {
    it: 'takes an empty variable for none',
    text: 'profile: audit',
    overrides: { environment: { PULLGATE_PROFILE: '' } },
    pick: ({ profile }) => profile,
    is: 'audit',
  },
  {
    it: 'takes the namespace from the downward API',
    overrides: { environment: { POD_NAMESPACE: 'own' } },
    pick: ({ ownNamespace }) => ownNamespace,
    is: 'own',
  },
  {
    it: 'prefers the lower case of a proxy variable',
    overrides: { environment: { NO_PROXY: 'a', no_proxy: 'b' } },
    pick: ({ proxy }) => proxy.none,
    is: 'b',
  },
  {
    it: 'keeps the password of a proxy',
    overrides: { environment: { HTTPS_PROXY: 'http://u:geheim@p:1' } },
    pick: ({ proxy }) => proxy.https?.reveal(),
    is: 'http://u:geheim@p:1',
  },
];

for (const { it, text = '', overrides, pick, is } of accepted) {
  test(it, () => assert.deepEqual(pick(read(text, overrides)), is));
}

const refused: readonly {
  readonly it: string;
  readonly text: string;
  readonly overrides?: Overrides;
  readonly problem: RegExp;
}[] = [
  {
    it: 'names an unknown key and the one that was meant',
    text: 'profil: audit',
    problem: /^c\.yaml:3: profil: unknown key; did you mean profile\?$/,
  },
  {
    it: 'lists the known keys where none is near',
    text: 'cache: { bananas: 1 }',
    problem: /^c\.yaml:3: cache\.bananas: unknown key; known are digest, tag/,
  },
  {
    it: 'says what was expected and what was found',
    text: 'server:\n  port: high',
    problem: /^c\.yaml:4: server\.port: expected a whole number, found "high"$/,
  },
  {
    it: 'names the value that was meant',
    text: 'profile: strikt',
    problem: /^c\.yaml:3: profile: expected one of audit, .* found "strikt"; did you mean strict\?$/,
  },
  {
    it: 'refuses a duration without a unit',
    text: 'deadline: 10',
    problem: /^c\.yaml:3: deadline: expected a duration .*, found 10$/,
  },
  {
    it: 'refuses a keep-alive shorter than that of the API server',
    text: 'server: { keepAlive: 5s }',
    problem: /server\.keepAlive: expected a duration of at least 91s, found "5s"/,
  },
  ...['connectTimeout', 'headersTimeout'].map((name) => ({
    it: `refuses a ${name} of 0, which would be none`,
    text: `client: { ${name}: 0s }`,
    problem: new RegExp(`client\\.${name}: expected a duration of at least 100ms, found "0s"`),
  })),
  {
    it: 'refuses a number out of range',
    text: 'server: { port: 70000 }',
    problem: /server\.port: expected at most 65535, found 70000/,
  },
  {
    it: 'refuses an exemption without a reason',
    text: 'exemptions:\n- images: [a]\n  kinds: [latest-tag]',
    problem: /^c\.yaml:4: exemptions\[0\]\.reason: expected a value, found none$/,
  },
  {
    it: 'refuses an exemption from everything',
    text: 'exemptions: [{ reason: a }]',
    problem: /exemptions\[0\]: expected images, namespaces or kinds/,
  },
  {
    it: 'refuses an unknown kind of finding',
    text: 'actions: { image-missing: deny }',
    problem: /actions\.image-missing: unknown key/,
  },
  {
    it: 'wants both files of a certificate',
    text: 'tls: { source: files, certFile: /a }',
    problem: /tls\.keyFile: expected a value/,
  },
  {
    it: 'wants a client CA beside a client name',
    text: 'tls: { clientName: apiserver }',
    problem: /tls\.clientCA: expected a value/,
  },
  {
    it: 'refuses a range that is none',
    text: 'network: { denyRanges: [10.0.0.0/33] }',
    problem: /denyRanges\[0\]: expected an address or a range/,
  },
  {
    it: 'refuses an empty list where it would match nothing',
    text: 'namespaces: [{ names: [] }]',
    problem: /names: expected a list that is not empty, found an empty list/,
  },
  {
    it: 'blames the flag',
    text: '',
    overrides: { flags: { 'log-level': 'loud' } },
    problem: /^--log-level: expected one of debug/,
  },
  {
    it: 'blames the variable',
    text: '',
    overrides: { environment: { PULLGATE_LISTEN_HTTPS: 'http' } },
    problem: /^PULLGATE_LISTEN_HTTPS: expected a whole number/,
  },
  {
    it: 'names the new name of a variable that was renamed',
    text: '',
    overrides: { environment: { PULLGATE_PORT: '8443' } },
    problem: /^PULLGATE_PORT: this variable is now called PULLGATE_LISTEN_HTTPS$/,
  },
  {
    it: 'does not take a prototype for a key',
    text: '__proto__: { profile: audit }',
    problem: /__proto__: unknown key/,
  },
  { it: 'stays on one line whatever a key holds', text: '"a\\nb": 1', problem: /^c\.yaml:3: a b: unknown key/ },
  {
    it: 'refuses a key that is written twice',
    text: 'deep: true\ndeep: false',
    problem: /^c\.yaml:4: Map keys must be unique$/,
  },
  { it: 'refuses YAML that does not parse', text: 'registries: [', problem: /^c\.yaml:\d: Flow sequence/ },
  {
    it: 'refuses a second document',
    text: '---\ndeep: true',
    problem: /^c\.yaml:3: Source contains multiple documents$/,
  },
  { it: 'refuses aliases without an anchor', text: 'x: *a', problem: /^c\.yaml:1: Unresolved alias/ },
];

for (const { it, text, overrides, problem } of refused) {
  test(it, () => {
    const result = readConfig({ name: 'c.yaml', text: head + text }, overrides);
    assert.equal(result.kind, 'invalid');
    assert.match(result.problem, problem);
  });
}

test('refuses a file of another kind, an empty one, and aliases that blow up', () => {
  const bomb = ['a0: &a0 [x, x]', ...Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)];
  const files = ['', 'apiVersion: v1\nkind: ConfigMap', '- a', bomb.join('\n')];
  const problems = files.map((text) => readConfig({ name: 'c.yaml', text }));
  assert.deepEqual(
    problems.map(({ kind }) => kind),
    ['invalid', 'invalid', 'invalid', 'invalid'],
  );
});

test('works without a file', () => assert.equal(readConfig().kind, 'config'));

test('is frozen to the bottom', () => {
  const config = read('namespaces: [{ names: [a] }]');
  for (const part of [config, config.server, config.namespaces, config.namespaces[0]]) assert.ok(Object.isFrozen(part));
});

test('cannot print the password of a proxy', () => {
  const config = read('', { environment: { http_proxy: 'http://u:geheim@p:1' } });
  assert.doesNotMatch(JSON.stringify(config) + inspect(config, { depth: 9 }), /geheim/);
});

test('knows every kind of finding', () => {
  assert.deepEqual(schema.$defs.kind.enum, findingKinds);
  assert.deepEqual(Object.keys(schema.$defs.actions.properties), findingKinds);
});
