import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RegistryHost, registryHosts } from '../../src/engine/hosts/registry-hosts.ts';
import type { Address, ResolveHost } from '../../src/registry/network/dns.ts';
import type { HttpRegistryOptions } from '../../src/registry/http-registry.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { client, inWords, question, soon } from './client.ts';

/** Reaches every registry over plain http, also if its host is a name. */
const overHttp = async (registry: string): Promise<readonly RegistryHost[]> =>
  registryHosts(registry).map((host) => ({ ...host, scheme: 'http' }));

/** A resolver that returns the next list of addresses for each lookup, and then always the last one. */
function resolverWith(...answers: readonly (readonly string[])[]): ResolveHost & { readonly lookups: string[] } {
  const lookups: string[] = [];
  const resolveHost = async (hostname: string): Promise<readonly Address[]> => {
    const addresses = answers[Math.min(lookups.length, answers.length - 1)] ?? [];
    lookups.push(hostname);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return Object.assign(resolveHost, { lookups });
}

interface Case {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly options?: Partial<HttpRegistryOptions>;
  readonly expected: string;
  /** Whether the registry receives a request. */
  readonly contacted: boolean;
}

const loopback = ['127.0.0.1'];
const allowLoopback = { addresses: { allowed: loopback } };

const cases: readonly Case[] = [
  {
    name: 'a name that resolves to loopback is refused',
    addresses: loopback,
    expected: 'not-asked address',
    contacted: false,
  },
  {
    name: 'a name that resolves to loopback mapped into IPv6 is refused',
    addresses: ['::ffff:127.0.0.1'],
    expected: 'not-asked address',
    contacted: false,
  },
  {
    name: 'a name that resolves to the metadata service is refused',
    addresses: ['169.254.169.254'],
    expected: 'not-asked address',
    contacted: false,
  },
  {
    name: 'a name that resolves to an allowed address is accepted',
    addresses: loopback,
    options: allowLoopback,
    expected: 'found',
    contacted: true,
  },
  {
    name: 'only the allowed address of several is used',
    addresses: ['169.254.169.254', '127.0.0.1'],
    options: allowLoopback,
    expected: 'found',
    contacted: true,
  },
  {
    name: 'the next address is used if no server listens at the first',
    addresses: ['::1', '127.0.0.1'],
    options: { addresses: { allowed: [...loopback, '::1'] } },
    expected: 'found',
    contacted: true,
  },
];

describe('address guard of the registry client', () => {
  for (const { name, addresses, options = {}, expected, contacted } of cases) {
    test(name, async () => {
      await using running = await startScript(publicRegistry());
      await using asked = client({ hosts: overHttp, resolveHost: resolverWith(addresses), ...options });
      const registry = `registry.test:${running.symbols['registry.port']}`;
      assert.equal(inWords(await asked.registry.resolve(question(registry), soon())), expected);
      assert.equal(running.log.length > 0, contacted);
    });
  }

  test('a name is looked up once per connection, so that the checked address is the used one', async () => {
    await using running = await startScript(publicRegistry());
    const resolveHost = resolverWith(loopback, ['169.254.169.254']);
    await using asked = client({ hosts: overHttp, resolveHost, ...allowLoopback });
    const registry = `registry.test:${running.symbols['registry.port']}`;
    assert.equal((await asked.registry.resolve(question(registry), soon())).kind, 'found');
    assert.deepEqual(resolveHost.lookups, ['registry.test']);
  });

  test('a loopback registry is not contacted unless the operator allows it', async () => {
    await using running = await startScript(publicRegistry());
    await using asked = client({ allowLoopback: false });
    const answer = await asked.registry.resolve(question(String(running.symbols['registry'])), soon());
    assert.equal(inWords(answer), 'not-asked loopback');
    assert.equal(running.log.length, 0);
  });

  for (const { from, expected } of [
    { from: 'registry.test', expected: 'not-asked address' },
    { from: '127.0.0.1', expected: 'unreachable connection-refused manifest HEAD' },
  ]) {
    test(`a redirect from ${from} to loopback: ${expected}`, async () => {
      const redirect = { status: 307, headers: { Location: 'http://127.0.0.2:{{registry.port}}/v2/x' } };
      await using running = await startScript(publicRegistry({ rules: [{ match: {}, do: redirect }] }));
      await using asked = client({ hosts: overHttp, resolveHost: resolverWith(loopback), ...allowLoopback });
      const answer = await asked.registry.resolve(question(`${from}:${running.symbols['registry.port']}`), soon());
      assert.equal(inWords(answer), expected);
    });
  }
});
