import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createDns } from '../../src/registry/dns.ts';
import type { ResolveHost } from '../../src/registry/dns.ts';

type Told = { readonly A?: string; readonly AAAA?: 'silent'; readonly code?: number };

/** What the name server says of each name; of others, that they do not exist. */
const names: Readonly<Record<string, Told>> = {
  'four.test': { A: '192.0.2.4' },
  'half.test': { A: '192.0.2.5', AAAA: 'silent' },
  'broken.test': { code: 2 },
  'short.corp.test': { A: '192.0.2.6' },
  'silent.test': { code: -1 },
};

const nameError = 3;
const typeA = 1;
let folder = '';
let resolveHost: ResolveHost;
const server = createSocket('udp4');

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pullgate-dns-'));
  await writeFile(
    join(folder, 'hosts'),
    '192.0.2.1 listed.test alias # comment\n2001:db8::1\tLISTED.test\nnonsense x\n',
  );
  await writeFile(join(folder, 'resolv.conf'), 'nameserver 192.0.2.99\nsearch corp.test other.test\noptions ndots:5\n');
  server.on('message', (query, from) => {
    const answer = answerTo(query);
    if (answer !== undefined) server.send(answer, from.port, from.address);
  });
  const bound = Promise.withResolvers<void>();
  server.bind(0, '127.0.0.1', bound.resolve);
  await bound.promise;
  const { port } = server.address() as AddressInfo;
  resolveHost = createDns({
    servers: [`127.0.0.1:${port}`],
    hostsFile: join(folder, 'hosts'),
    resolvConf: join(folder, 'resolv.conf'),
    timeoutMs: 600,
  });
});

after(async () => {
  server.close();
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

/** A response to a query of one question, as RFC 1035 has it. */
function answerTo(query: Buffer): Buffer | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size));
    at += 1 + size;
  }
  const question = query.subarray(12, at + 5);
  const type = query.readUInt16BE(at + 1);
  const told = names[labels.join('.').toLowerCase()];
  if (told?.code === -1 || (type !== typeA && told?.AAAA === 'silent')) return undefined;
  const address = type === typeA ? told?.A : undefined;
  const code = told === undefined ? nameError : (told.code ?? 0);
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(address === undefined ? 0 : 1, 6);
  header.writeUInt32BE(0, 8);
  const record =
    address === undefined ? [] : [0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)];
  return Buffer.concat([header, question, Buffer.from(record)]);
}
