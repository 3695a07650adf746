/**
 * A certificate authority for tests, and server certificates with the errors that a registry's certificate can have.
 * Each is created once per process, when it is first needed.
 */
import { generateKeyPair } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import forge from 'node-forge';
import type { CertificateKind } from './scripted-registry/script.ts';

/** Certificate and key as PEM, in the form that node:tls expects. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

interface Party {
  readonly name: string;
  readonly keys: forge.pki.rsa.KeyPair;
}

interface Terms {
  readonly authority?: boolean;
  /** DNS names and IP addresses. */
  readonly names: readonly string[];
  /** In hours from now. */
  readonly notAfter: number;
}

const hour = 3_600_000;
const year = 24 * 365;
const local = ['localhost', '127.0.0.1'];

const leaves = {
  trusted: { names: local, notAfter: year },
  expired: { names: local, notAfter: -1 },
  'wrong-host': { names: ['other.example.test'], notAfter: year },
  'self-signed': { names: local, notAfter: year },
} satisfies Record<CertificateKind, Terms>;

const authority = remember(() => newParty('Scripted Test CA'));
const server = remember(() => newParty('Scripted Test Server'));
const identities = new Map<CertificateKind, Promise<TlsIdentity>>();

/** The test CA as PEM. */
export const caCertificate = remember(async () => {
  const ca = await authority();
  return issue(ca, ca, { authority: true, names: [], notAfter: year });
});

/** The path of a PEM file with the test CA. The file is removed when the process exits. */
export const caFile = remember(async () => {
  const pem = await caCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'pullgate-test-ca-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'ca.pem');
  writeFileSync(path, pem);
  return path;
});

/** A server certificate of the given kind for loopback, with its key. */
export function tlsIdentity(kind: CertificateKind): Promise<TlsIdentity> {
  const made = identities.get(kind) ?? makeIdentity(kind);
  identities.set(kind, made);
  return made;
}

async function makeIdentity(kind: CertificateKind): Promise<TlsIdentity> {
  const [subject, ca] = await Promise.all([server(), authority()]);
  return {
    cert: issue(subject, kind === 'self-signed' ? subject : ca, leaves[kind]),
    key: forge.pki.privateKeyToPem(subject.keys.privateKey),
  };
}

function issue(subject: Party, issuer: Party, { authority = false, names, notAfter }: Terms): string {
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(8))}`;
  certificate.publicKey = subject.keys.publicKey;
  certificate.setSubject([{ name: 'commonName', value: subject.name }]);
  certificate.setIssuer([{ name: 'commonName', value: issuer.name }]);
  certificate.validity.notBefore = new Date(Date.now() - 24 * hour);
  certificate.validity.notAfter = new Date(Date.now() + notAfter * hour);
  const altNames = names.map((name) => (/^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name }));
  certificate.setExtensions([
    { name: 'basicConstraints', cA: authority, critical: true },
    ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
  ]);
  certificate.sign(issuer.keys.privateKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}

/** RSA, because node-forge signs with no other algorithm. OpenSSL creates the keys, because it is much faster. */
async function newParty(name: string): Promise<Party> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    name,
    keys: { publicKey: forge.pki.publicKeyFromPem(publicKey), privateKey: forge.pki.privateKeyFromPem(privateKey) },
  };
}

function remember<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
