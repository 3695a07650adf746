import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { registryHosts } from '../../src/engine/hosts/registry-hosts.ts';
import { basicRegistry, bearerRegistry } from '../support/registries.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { alices, client, inWords, question, soon } from './client.ts';

/** Adds a second server to `script`, `other`, which serves the same images without authorization. */
function withOther(script: RegistryScript): RegistryScript {
  const { registry = {} } = script.servers;
  const { repositories = {} } = registry;
  return { ...script, servers: { registry, other: { repositories } } };
}

function serversOf(log: readonly { readonly server: string }[]): readonly string[] {
  return [...new Set(log.map(({ server }) => server))];
}

describe('a credential and redirects', () => {
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
    const sent = running.log.filter(({ server }) => server === 'other').map(({ authorization }) => authorization);
    assert.deepEqual(sent, [null]);
  });

  test('a redirect from there back to the registry is followed without the credential too', async () => {
    const away = { status: 307, headers: { Location: 'http://{{other}}/away' } };
    const script = withOther(basicRegistry({ rules: [{ match: { path: '/manifests/' }, after: 'auth', do: away }] }));
    const back = { status: 307, headers: { Location: 'http://{{registry}}/back' } };
    const servers = { ...script.servers, other: { rules: [{ match: {}, do: back }] } };
    await using running = await startScript({ ...script, servers });
    await using asked = client();
    await asked.registry.resolve(question(String(running.symbols['registry']), alices), soon());
    const sent = running.log.filter(({ path }) => path === '/back').map(({ authorization }) => authorization);
    assert.ok(sent.length > 0);
    assert.ok(sent.every((authorization) => authorization === null));
  });
});

const realms: readonly (readonly [name: string, realm: string])[] = [
  ['at another host', 'http://localhost:{{other.port}}/token'],
  ['whose host name starts with that of the registry', 'http://127.0.0.1.attacker.test/token'],
  ['with user info', 'http://x:y@{{registry}}/token'],
  ['at the metadata service', 'http://169.254.169.254/token'],
];

describe('a credential and realms', () => {
  for (const [name, realm] of realms) {
    test(`no credential is sent to a realm ${name}`, async () => {
      const users = { alice: { password: 's3cret' } };
      const script = withOther(bearerRegistry({ auth: { scheme: 'bearer', users, realm } }));
      await using running = await startScript(script);
      await using asked = client();
      const answer = await asked.registry.resolve(question(String(running.symbols['registry']), alices), soon());
      assert.equal(inWords(answer), 'not-asked realm');
      assert.deepEqual(serversOf(running.log), ['registry']);
      assert.doesNotMatch(JSON.stringify(answer), /169\.254/);
    });
  }

  test('no credential for a registry with https is sent to a realm with plain http', async () => {
    const users = { alice: { password: 's3cret' } };
    const auth = { scheme: 'bearer', users, realm: 'http://{{other}}/token' } as const;
    await using running = await startScript(withOther(bearerRegistry({ listen: 'https', auth })));
    await using asked = client();
    const answer = await asked.registry.resolve(question(String(running.symbols['registry']), alices), soon());
    assert.equal(inWords(answer), 'not-asked insecure-realm');
    assert.ok(!serversOf(running.log).includes('other'));
  });

  test('an anonymous request for a token is not sent to the metadata service', async () => {
    const realm = 'http://169.254.169.254/token';
    await using running = await startScript(bearerRegistry({ auth: { scheme: 'bearer', users: {}, realm } }));
    await using asked = client();
    const answer = await asked.registry.resolve(question(String(running.symbols['registry'])), soon());
    assert.equal(inWords(answer), 'not-asked address');
  });
});

test('a mirror gets the credential for the registry of the image, and the name of that registry', async () => {
  await using running = await startScript(basicRegistry());
  const mirror = String(running.symbols['registry']);
  await using asked = client({
    hosts: async () => registryHosts('example.test', [{ scheme: 'http', host: mirror, path: '/v2' }]),
  });
  assert.equal((await asked.registry.resolve(question('example.test', alices), soon())).kind, 'found');
  assert.ok(running.log.every(({ path }) => path.endsWith('?ns=example.test')));
});
