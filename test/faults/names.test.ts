import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDns } from '../../src/registry/network/dns.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { startNameServer } from '../support/name-server.ts';
import { startPullgate } from '../support/pullgate.ts';
import { basicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { fakeDns, type Zone } from './support/fake-dns.ts';
import { assertHealthy } from './support/healthy.ts';
import { requestsIn, reviewImage } from './support/image-case.ts';
import { kindsIn } from './support/kinds-in.ts';
import { goodSecret } from './support/secrets.ts';

const metadataHosts = [
  'metadata:80',
  'metadata.google.internal',
  'metadata.goog:80',
  'instance-data.ec2.internal',
  'instance-data.eu-west-1.compute.internal',
  '169.254.169.254',
  '2852039166:80',
  '0xA9FEA9FE:80',
  '0251.0376.0251.0376',
  '[::ffff:a9fe:a9fe]',
  '169.254.169.254.nip.io',
  'app.169.254.169.254.nip.io',
  '169-254-169-254.sslip.io',
  'a9fea9fe.nip.io',
  'fd00-ec2--254.sslip.io',
];

test('F107 a proxy is not asked for a name that leads to a metadata service', async () => {
  const asked: string[] = [];
  const server = createServer((_request, response) => response.writeHead(404).end()).on(
    'connect',
    (request, socket) => {
      asked.push(String(request.url));
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 502 No\r\n\r\n');
    },
  );
  await using proxy = await listenOnLoopback(server);
  await using pullgate = await startPullgate({
    proxy: { http: `http://${proxy.host}`, https: `http://${proxy.host}` },
  });
  for (const host of metadataHosts) {
    const answer = await reviewImage(pullgate, `${host}/team/app:v1`);
    assert.deepEqual([answer.status, kindsIn(answer)], [200, ['not-checked: address']], `${host}: ${answer.text}`);
  }
  assert.deepEqual(asked, []);
  const other = await reviewImage(pullgate, 'registry.10.0.0.5.nip.io/team/app:v1');
  assert.deepEqual(kindsIn(other), ['registry-unreachable: proxy'], other.text);
  assert.deepEqual(asked, ['registry.10.0.0.5.nip.io:443']);
  await assertHealthy(pullgate);
});

test('F108 the search list of a pod leads no password to the Service of another namespace', async () => {
  await using script = await startScript(basicRegistry());
  await using server = await startNameServer({
    'registry.team-b.svc.cluster.local': { A: '127.0.0.1' },
    'registry.lab.corp.test': { A: '127.0.0.1' },
  });
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-search-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const resolvConf = join(folder, 'resolv.conf');
  await writeFile(resolvConf, 'search team-a.svc.cluster.local svc.cluster.local cluster.local corp.test\n');
  const resolveHost = createDns({
    servers: [server.address],
    hostsFile: '/dev/null',
    resolvConf,
    timeoutMs: 10_000,
  });
  const port = script.symbols['registry.port'];
  const hosts = [`registry.team-b:${port}`, `registry.lab:${port}`];
  await using pullgate = await startPullgate(
    {
      registries: hosts.map((host) => ({ host, insecure: true })),
      network: { allowAddresses: ['127.0.0.1'] },
    },
    { resolveHost },
  );
  const [service = '', lab = ''] = hosts;
  const answer = await reviewImage(pullgate, `${service}/team/app:v1`, [goodSecret(service)]);
  assert.deepEqual([answer.status, kindsIn(answer)], [200, ['registry-unknown-host: dns-not-found']], answer.text);
  assert.deepEqual(requestsIn(script.log), []);
  const good = await reviewImage(pullgate, `${lab}/team/app:v1`, [goodSecret(lab)]);
  assert.deepEqual([good.allowed, kindsIn(good)], [true, []], good.text);
  await assertHealthy(pullgate);
});

/** The metadata addresses of AWS, GCP, Oracle, Akamai (Linode), Scaleway, Alibaba, Azure and OpenStack. */
const metadataAddresses = [
  '169.254.169.254',
  '169.254.170.23',
  '169.254.42.42',
  '169.254.0.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  'fd00:c1::a9fe:a9fe',
  'fd00:a9fe:a9fe::1',
  'fd00:42::42',
  'fe80::a9fe:a9fe',
];

test('F110 no metadata address gets a connection, by number or by name', async () => {
  const zone: Zone = Object.fromEntries(metadataAddresses.map((address, at) => [`cloud-${at}.test`, [address]]));
  await using pullgate = await startPullgate({}, { resolveHost: fakeDns(zone) });
  const numbers = metadataAddresses.map((address) => (address.includes(':') ? `[${address}]` : address));
  for (const host of [...numbers, ...Object.keys(zone)]) {
    const answer = await reviewImage(pullgate, `${host}/team/app:v1`);
    assert.deepEqual([answer.status, kindsIn(answer)], [200, ['not-checked: address']], `${host}: ${answer.text}`);
  }
  await assertHealthy(pullgate);
});
