import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createDns, type ResolveHost } from '../../../src/registry/network/dns.ts';
import { serverFailure, startNameServer, type NameServer } from '../../support/name-server.ts';

/** A limit that no answer exceeds on a busy machine. */
const longMs = 20_000;

const names = {
  'four.test': { A: '192.0.2.4' },
  'half.test': { A: '192.0.2.5', AAAA: 'silent' },
  'broken.test': { code: serverFailure },
  'short.corp.test': { A: '192.0.2.6' },
  'silent.test': { silent: true },
  'registry.team-b.svc.cluster.local': { A: '192.0.2.7' },
  'registry.team-b.corp.test': { A: '192.0.2.8' },
  'lone.failing.test': { code: serverFailure },
  'gone.lab.failing.test': { code: serverFailure },
  'hang.corp.test': { silent: true },
  'hang.failing.test': { silent: true },
  'hang.other.test': { A: '192.0.2.10' },
  'late.other.test': { A: '192.0.2.9' },
  'late.failing.test': { code: serverFailure },
} as const;

let folder = '';
/** Reads the fixtures of this file. `timeoutMs` is the limit for one name. */
let resolverWith: (timeoutMs: number) => ResolveHost;
let server: NameServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pullgate-dns-'));
  await writeFile(
    join(folder, 'hosts'),
    '192.0.2.1 listed.test alias # comment\n2001:db8::1\tLISTED.test\nnonsense x\n',
  );
  await writeFile(
    join(folder, 'resolv.conf'),
    'nameserver 192.0.2.99\nsearch team-a.svc.cluster.local svc.cluster.local cluster.local corp.test failing.test. other.test\noptions ndots:5\n',
  );
  server = await startNameServer(names);
  resolverWith = (timeoutMs) =>
    createDns({
      servers: [server.address],
      hostsFile: join(folder, 'hosts'),
      resolvConf: join(folder, 'resolv.conf'),
      timeoutMs,
    });
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const found: readonly (readonly [name: string, hostname: string, addresses: readonly string[]])[] = [
  ['the hosts file', 'Listed.test', ['192.0.2.1', '2001:db8::1']],
  ['an alias in the hosts file', 'alias', ['192.0.2.1']],
  ['the name server', 'four.test', ['192.0.2.4']],
  ['a name server that never answers for one address family', 'half.test', ['192.0.2.5']],
  ['the search list', 'short', ['192.0.2.6']],
  ['the suffixes of the node, not with those of the cluster', 'registry.team-b', ['192.0.2.8']],
  ['its full name in the cluster', 'registry.team-b.svc.cluster.local', ['192.0.2.7']],
  ['a suffix after one that fails', 'late', ['192.0.2.9']],
];

const failing: readonly (readonly [name: string, hostname: string, codes: readonly string[]])[] = [
  ['the name does not exist', 'nowhere.test', ['ENOTFOUND', 'ENODATA']],
  ['the name server fails', 'broken.test', ['ESERVFAIL']],
  ['the name does not exist, although a suffix fails', 'gone.lab', ['ENOTFOUND', 'ENODATA']],
  ['a suffix fails that a single label may need', 'lone', ['ESERVFAIL']],
  ['the name server never answers', 'silent.test', ['ETIMEOUT', 'ECANCELLED']],
  ['the time is up before the last suffix', 'hang', ['ETIMEOUT', 'ECANCELLED']],
];

describe('createDns', () => {
  for (const [name, hostname, addresses] of found) {
    test(`resolves a name with ${name}`, async () => {
      assert.deepEqual(
        (await resolverWith(longMs)(hostname)).map(({ address }) => address),
        addresses,
      );
    });
  }

  for (const [name, hostname, codes] of failing) {
    test(`rejects with ${codes.join(' or ')} if ${name}`, { timeout: 2 * longMs }, async () => {
      const timeoutMs = ['silent.test', 'hang'].includes(hostname) ? 600 : longMs;
      const error = await resolverWith(timeoutMs)(hostname).then(
        () => assert.fail('the name was resolved'),
        (reason: NodeJS.ErrnoException) => reason,
      );
      assert.ok(codes.includes(error.code ?? ''), error.code);
    });
  }
});
