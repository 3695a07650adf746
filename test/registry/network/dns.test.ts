import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createDns, type ResolveHost } from '../../../src/registry/network/dns.ts';
import { serverFailure, startNameServer, type NameServer } from '../../support/name-server.ts';

const names = {
  'four.test': { A: '192.0.2.4' },
  'half.test': { A: '192.0.2.5', AAAA: 'silent' },
  'broken.test': { code: serverFailure },
  'short.corp.test': { A: '192.0.2.6' },
  'silent.test': { silent: true },
} as const;

let folder = '';
let resolveHost: ResolveHost;
let server: NameServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pullgate-dns-'));
  await writeFile(
    join(folder, 'hosts'),
    '192.0.2.1 listed.test alias # comment\n2001:db8::1\tLISTED.test\nnonsense x\n',
  );
  await writeFile(join(folder, 'resolv.conf'), 'nameserver 192.0.2.99\nsearch corp.test other.test\noptions ndots:5\n');
  server = await startNameServer(names);
  resolveHost = createDns({
    servers: [server.address],
    hostsFile: join(folder, 'hosts'),
    resolvConf: join(folder, 'resolv.conf'),
    timeoutMs: 600,
  });
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const found: readonly (readonly [it: string, name: string, addresses: readonly string[]])[] = [
  ['the hosts file', 'Listed.test', ['192.0.2.1', '2001:db8::1']],
  ['an alias in it', 'alias', ['192.0.2.1']],
  ['the name server', 'four.test', ['192.0.2.4']],
  ['a name server that is silent about one family', 'half.test', ['192.0.2.5']],
  ['the search list', 'short', ['192.0.2.6']],
];

for (const [it, name, addresses] of found) {
  test(`a name is found by ${it}`, async () => {
    assert.deepEqual(
      (await resolveHost(name)).map(({ address }) => address),
      addresses,
    );
  });
}

const failing: readonly (readonly [it: string, name: string, codes: readonly string[]])[] = [
  ['a name that does not exist', 'nowhere.test', ['ENOTFOUND', 'ENODATA']],
  ['a name server that fails', 'broken.test', ['ESERVFAIL']],
  ['a name server that is silent', 'silent.test', ['ETIMEOUT', 'ECANCELLED']],
];

for (const [it, name, codes] of failing) {
  test(`${it} is told apart, in time`, async () => {
    const start = performance.now();
    const error = await resolveHost(name).then(
      () => assert.fail('it resolved'),
      (reason: NodeJS.ErrnoException) => reason,
    );
    assert.ok(codes.includes(error.code ?? ''), error.code);
    assert.ok(performance.now() - start < 1500);
  });
}
