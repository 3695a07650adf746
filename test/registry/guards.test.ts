import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RegistryHost, registryHosts } from '../../src/engine/hosts/registry-hosts.ts';
import type { Address, ResolveHost } from '../../src/registry/network/dns.ts';
import type { HttpRegistryOptions } from '../../src/registry/http-registry.ts';
import { basicRegistry, bearerRegistry, publicRegistry } from '../support/registries.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { alices, client, inWords, question, soon } from './client.ts';

/** An image's host that is a name, spoken to in plain http. */
const named = async (registry: string): Promise<readonly RegistryHost[]> =>
  registryHosts(registry).map((host) => ({ ...host, scheme: 'http' }));

/** A resolver that gives each look-up the next answer, and the last one for ever. */
function answering(...answers: readonly (readonly string[])[]): ResolveHost & { readonly asked: string[] } {
  const asked: string[] = [];
  const resolveHost = async (hostname: string): Promise<readonly Address[]> => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return Object.assign(resolveHost, { asked });
}

interface Case {
  readonly it: string;
  readonly resolveHost: ResolveHost;
  readonly options?: Partial<HttpRegistryOptions>;
  readonly is: string;
  readonly reached: boolean;
}

const here = ['127.0.0.1'];
const allowed = { addresses: { allowed: here } };

const lookups: readonly Case[] = [
  { it: 'a name for loopback is not dialled', resolveHost: answering(here), is: 'not-asked address', reached: false },
  {
    it: 'a name for mapped loopback is not dialled',
    resolveHost: answering(['::ffff:127.0.0.1']),
    is: 'not-asked address',
    reached: false,
  },
  {
    it: 'a name for a metadata service is not dialled',
    resolveHost: answering(['169.254.169.254']),
    is: 'not-asked address',
    reached: false,
  },
  {
    it: 'a name is dialled where its address is allowed',
    resolveHost: answering(here),
    options: allowed,
    is: 'found',
    reached: true,
  },
  {
    it: 'of several addresses the good one is dialled',
    resolveHost: answering(['169.254.169.254', '127.0.0.1']),
    options: allowed,
    is: 'found',
    reached: true,
  },
  {
    it: 'an address that nobody answers at gives way to the next',
    resolveHost: answering(['::1', '127.0.0.1']),
    options: { addresses: { allowed: [...here, '::1'] } },
    is: 'found',
    reached: true,
  },
];

for (const { it, resolveHost, options = {}, is, reached } of lookups) {
  test(it, async () => {
    await using running = await startScript(publicRegistry());
    await using asked = client({ hosts: named, resolveHost, ...options });
    const registry = `registry.test:${running.symbols['registry.port']}`;
    assert.equal(inWords(await asked.registry.resolve(question(registry), soon())), is);
    assert.equal(running.log.length > 0, reached);
  });
}

test('what was checked is what is dialled: a name is looked up once for a connection', async () => {
  await using running = await startScript(publicRegistry());
  const resolveHost = answering(here, ['169.254.169.254']);
  await using asked = client({ hosts: named, resolveHost, ...allowed });
  const registry = `registry.test:${running.symbols['registry.port']}`;
  assert.equal((await asked.registry.resolve(question(registry), soon())).kind, 'found');
  assert.deepEqual(resolveHost.asked, ['registry.test']);
});

test("a loopback registry is the node's own: it is not asked unless that is allowed", async () => {
  await using running = await startScript(publicRegistry());
  await using asked = client({ allowLoopback: false });
  const answer = await asked.registry.resolve(question(String(running.symbols['registry'])), soon());
  assert.equal(inWords(answer), 'not-asked loopback');
  assert.equal(running.log.length, 0);
});

for (const { from, is } of [
  { from: 'registry.test', is: 'not-asked address' },
  { from: '127.0.0.1', is: 'unreachable connection-refused manifest HEAD' },
]) {
  test(`a redirect to loopback from ${from} is ${is}`, async () => {
    const elsewhere = { status: 307, headers: { Location: 'http://127.0.0.2:{{registry.port}}/v2/x' } };
    await using running = await startScript(publicRegistry({ rules: [{ match: {}, do: elsewhere }] }));
    await using asked = client({ hosts: named, resolveHost: answering(here), ...allowed });
    const answer = await asked.registry.resolve(question(`${from}:${running.symbols['registry.port']}`), soon());
    assert.equal(inWords(answer), is);
  });
}

/** `script` with a second server, which serves the same to anybody. */
function withOther(script: RegistryScript): RegistryScript {
  const { registry = {} } = script.servers;
  const { repositories = {} } = registry;
  return { ...script, servers: { registry, other: { repositories } } };
}

function serversOf(log: readonly { readonly server: string }[]): readonly string[] {
  return [...new Set(log.map(({ server }) => server))];
}

test('a redirect to another host is followed without the credential', async () => {
  const rule = {
    match: { path: '/manifests/' },
    after: 'auth',
    do: { status: 307, headers: { Location: 'http://{{other}}/v2/team/app/manifests/v1' } },
  } as const;
  await using running = await startScript(withOther(basicRegistry({ rules: [rule] })));
  await using asked = client();
  const answer = await asked.registry.resolve(question(String(running.symbols['registry']), alices), soon());
  assert.equal(answer.kind, 'found');
  const shown = running.log.filter(({ server }) => server === 'other').map(({ authorization }) => authorization);
  assert.deepEqual(shown, [null]);
});

test('a redirect back home does not bring the credential back', async () => {
  const away = { status: 307, headers: { Location: 'http://{{other}}/away' } };
  const script = withOther(basicRegistry({ rules: [{ match: { path: '/manifests/' }, after: 'auth', do: away }] }));
  const home = { status: 307, headers: { Location: 'http://{{registry}}/home' } };
  const servers = { ...script.servers, other: { rules: [{ match: {}, do: home }] } };
  await using running = await startScript({ ...script, servers });
  await using asked = client();
  await asked.registry.resolve(question(String(running.symbols['registry']), alices), soon());
  const shown = running.log.filter(({ path }) => path === '/home').map(({ authorization }) => authorization);
  assert.ok(shown.length > 0);
  assert.ok(shown.every((authorization) => authorization === null));
});

const realms: readonly (readonly [it: string, realm: string, is: string])[] = [
  ['another host', 'http://localhost:{{other.port}}/token', 'not-asked realm'],
  ["a host that begins with the registry's", 'http://127.0.0.1.attacker.test/token', 'not-asked realm'],
  ['user info', 'http://x:y@{{registry}}/token', 'not-asked realm'],
  ['a metadata service', 'http://169.254.169.254/token', 'not-asked realm'],
];

for (const [it, realm, is] of realms) {
  test(`a realm with ${it} is shown no credential`, async () => {
    const users = { alice: { password: 's3cret' } };
    const script = withOther(bearerRegistry({ auth: { scheme: 'bearer', users, realm } }));
    await using running = await startScript(script);
    await using asked = client();
    const answer = await asked.registry.resolve(question(String(running.symbols['registry']), alices), soon());
    assert.equal(inWords(answer), is);
    assert.deepEqual(serversOf(running.log), ['registry']);
    assert.doesNotMatch(JSON.stringify(answer), /169\.254/);
  });
}

test('a realm in plain text is shown no credential of a registry that speaks https', async () => {
  const users = { alice: { password: 's3cret' } };
  const auth = { scheme: 'bearer', users, realm: 'http://{{other}}/token' } as const;
  await using running = await startScript(withOther(bearerRegistry({ listen: 'https', auth })));
  await using asked = client();
  const answer = await asked.registry.resolve(question(String(running.symbols['registry']), alices), soon());
  assert.equal(inWords(answer), 'not-asked insecure-realm');
  assert.ok(!serversOf(running.log).includes('other'));
});

test('an anonymous token request reaches no metadata service either', async () => {
  const realm = 'http://169.254.169.254/token';
  await using running = await startScript(bearerRegistry({ auth: { scheme: 'bearer', users: {}, realm } }));
  await using asked = client();
  const answer = await asked.registry.resolve(question(String(running.symbols['registry'])), soon());
  assert.equal(inWords(answer), 'not-asked address');
});

test("a mirror is sent the credential of the image's host, and told which", async () => {
  await using running = await startScript(basicRegistry());
  const mirror = String(running.symbols['registry']);
  await using asked = client({
    hosts: async () => registryHosts('example.test', [{ scheme: 'http', host: mirror, path: '/v2' }]),
  });
  assert.equal((await asked.registry.resolve(question('example.test', alices), soon())).kind, 'found');
  assert.ok(running.log.every(({ path }) => path.endsWith('?ns=example.test')));
});
