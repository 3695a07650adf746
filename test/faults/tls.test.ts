import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServer, type TlsOptions } from 'node:tls';
import { caFile, tlsIdentity } from '../support/certificates.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate, type RunningPullgate } from '../support/pullgate.ts';
import { manifestHeaders, publicRegistry } from '../support/registries.ts';
import type { ServerScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { kindsIn } from './support/kinds-in.ts';
import { stretched } from '../support/stretched.ts';

/** The host name in the certificate `wrong-host`. A registry with this name is trusted. */
const certified = 'other.example.test';

/** Starts the webhook. Every name resolves to this machine, and the test CA is trusted for `host`. */
async function startTrusting(host: string): Promise<RunningPullgate> {
  const settings = {
    client: { connectTimeout: '500ms', headersTimeout: '500ms' },
    network: { allowAddresses: ['127.0.0.1'] },
    registries: [{ host, ca: await caFile() }],
  };
  return startPullgate(settings, { resolveHost: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) });
}

interface Case {
  readonly it: string;
  readonly server: ServerScript;
  readonly name?: string;
  readonly findings: readonly string[];
}

const cases: readonly Case[] = [
  {
    it: 'F39 a good certificate does no harm',
    server: { listen: 'https', certificate: 'wrong-host' },
    name: certified,
    findings: [],
  },
  {
    it: 'F39 an expired certificate gives a warning',
    server: { listen: 'https', certificate: 'expired' },
    findings: ['registry-untrusted: tls-expired'],
  },
  {
    it: 'F39 a certificate for another host gives a warning',
    server: { listen: 'https', certificate: 'wrong-host' },
    findings: ['registry-untrusted: tls-wrong-host'],
  },
  {
    it: 'F39 a self-signed certificate gives a warning',
    server: { listen: 'https', certificate: 'self-signed' },
    findings: ['registry-untrusted: tls-untrusted'],
  },
  {
    it: 'F39 a handshake that does not finish gives a warning',
    server: { listen: 'silent' },
    findings: ['registry-unreachable: timeout'],
  },
  {
    it: 'F39 plain HTTP instead of TLS gives a warning',
    server: { listen: 'http' },
    findings: ['registry-unreachable: plain-http'],
  },
];

for (const { it, server, name = 'registry.test', findings: expected } of cases) {
  test(it, async () => {
    await using script = await startScript(publicRegistry(server));
    const host = script.substitute(`${name}:{{registry.port}}`);
    await using pullgate = await startTrusting(host);
    const answer = await pullgate.review(deployment([`${host}/team/app:v1`]));
    assert.deepEqual([answer.status, answer.allowed, kindsIn(answer)], [200, true, expected], answer.text);
    assert.ok(answer.ms < stretched(2_500), `${answer.ms} ms`);
    await assertHealthy(pullgate);
  });
}

/** OpenSSL supports versions before TLS 1.2 only with a lower security level. */
const versions: readonly (readonly [it: string, options: TlsOptions, findings: readonly string[]])[] = [
  [
    'TLS 1.1 as its newest version gives a warning',
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
    ['registry-unreachable: tls-failed'],
  ],
  ['TLS 1.2 as its newest version is accepted', { maxVersion: 'TLSv1.2' }, []],
];

for (const [it, options, expected] of versions) {
  test(`F39 a registry with ${it}`, async () => {
    const answer = Object.entries(manifestHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
    const server = createServer({ ...(await tlsIdentity('wrong-host')), ...options }, (socket) => {
      socket.on('error', () => undefined).once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${answer.join('')}\r\n`));
    });
    await using registry = await listenOnLoopback(server);
    const host = `${certified}:${registry.port}`;
    await using pullgate = await startTrusting(host);
    const reviewed = await pullgate.review(deployment([`${host}/team/app:v1`]));
    assert.deepEqual([reviewed.allowed, kindsIn(reviewed)], [true, expected], reviewed.text);
    assert.ok(reviewed.ms < stretched(2_000), `${reviewed.ms} ms`);
    await assertHealthy(pullgate);
  });
}
