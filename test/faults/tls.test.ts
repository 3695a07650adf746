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
import { assertHealthy } from './healthy.ts';
import { told } from './told.ts';

/** The name in the certificate that is for another host than `registry.test`: with it a test says what is trusted. */
const certified = 'other.example.test';

/** The webhook in a world where every name is this machine's, and that trusts the test CA for `host`. */
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
  readonly told: readonly string[];
}

const cases: readonly Case[] = [
  {
    it: 'F39 a certificate that is good is none of the faults',
    server: { listen: 'https', certificate: 'wrong-host' },
    name: certified,
    told: [],
  },
  {
    it: 'F39 a certificate that has expired is warned of',
    server: { listen: 'https', certificate: 'expired' },
    told: ['registry-untrusted: tls-expired'],
  },
  {
    it: 'F39 a certificate for another host is warned of',
    server: { listen: 'https', certificate: 'wrong-host' },
    told: ['registry-untrusted: tls-wrong-host'],
  },
  {
    it: 'F39 a certificate that signed itself is warned of',
    server: { listen: 'https', certificate: 'self-signed' },
    told: ['registry-untrusted: tls-untrusted'],
  },
  {
    it: 'F39 a handshake that hangs is warned of',
    server: { listen: 'silent' },
    told: ['registry-unreachable: timeout'],
  },
  {
    it: 'F39 plain HTTP where TLS is expected is warned of',
    server: { listen: 'http' },
    told: ['registry-unreachable: plain-http'],
  },
];

for (const { it, server, name = 'registry.test', told: expected } of cases) {
  test(it, async () => {
    await using script = await startScript(publicRegistry(server));
    const host = script.substitute(`${name}:{{registry.port}}`);
    await using pullgate = await startTrusting(host);
    const answer = await pullgate.review(deployment([`${host}/team/app:v1`]));
    assert.deepEqual([answer.status, answer.allowed, told(answer)], [200, true, expected], answer.text);
    assert.ok(answer.ms < 2_500, `${answer.ms} ms`);
    await assertHealthy(pullgate);
  });
}

/** OpenSSL offers what is older than TLS 1.2 only below its usual level of security. */
const versions: readonly (readonly [it: string, options: TlsOptions, told: readonly string[]])[] = [
  [
    'TLS 1.1 is warned of',
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
    ['registry-unreachable: tls-failed'],
  ],
  ['TLS 1.2 is good enough', { maxVersion: 'TLSv1.2' }, []],
];

for (const [it, options, expected] of versions) {
  test(`F39 a registry that speaks no more than ${it}`, async () => {
    const answer = Object.entries(manifestHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
    const server = createServer({ ...(await tlsIdentity('wrong-host')), ...options }, (socket) => {
      socket.on('error', () => undefined).once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${answer.join('')}\r\n`));
    });
    await using registry = await listenOnLoopback(server);
    const host = `${certified}:${registry.port}`;
    await using pullgate = await startTrusting(host);
    const reviewed = await pullgate.review(deployment([`${host}/team/app:v1`]));
    assert.deepEqual([reviewed.allowed, told(reviewed)], [true, expected], reviewed.text);
    assert.ok(reviewed.ms < 2_000, `${reviewed.ms} ms`);
    await assertHealthy(pullgate);
  });
}
