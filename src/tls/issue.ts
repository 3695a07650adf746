import { createPublicKey, generateKeyPair, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';
import type { Certificate } from './source.ts';

const { asn1, pki } = forge;
const generate = promisify(generateKeyPair);

export interface Validity {
  /** ms since 1970. */
  readonly now: number;
  readonly lifetimeMs: number;
}

/** A certificate authority. Its key exists only in memory. */
export interface Authority {
  /** PEM. */
  readonly cert: string;
  readonly key: KeyObject;
  /** Bytes as a binary string, as node-forge uses them. */
  readonly subjectKeyId: string;
}

export interface LeafOptions extends Validity {
  /** DNS names and IP addresses. */
  readonly names: readonly string[];
}

/** Common name of every CA that Pullgate creates. */
const authorityName = 'pullgate webhook CA';

/** How long before its creation a certificate is already valid, in ms: a day, because clocks differ. */
const skewMs = 86_400_000;

/**
 * A self-signed CA with an RSA key of 2048 bits. node:crypto creates the key, because node-forge needs seconds for it.
 */
export async function createAuthority(validity: Validity): Promise<Authority> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 });
  const cert = blank(validity, authorityName, authorityName, publicKey);
  const subjectKeyId = cert.generateSubjectKeyIdentifier().getBytes();
  cert.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return { cert: signed(cert, publicKey, privateKey), key: privateKey, subjectKeyId };
}

/**
 * A server certificate that `authority` signs. Its key is ECDSA P-256, which makes a handshake about ten times cheaper
 * for the server than RSA.
 */
export async function issueLeaf(authority: Authority, options: LeafOptions): Promise<Certificate> {
  const { privateKey, publicKey } = await generate('ec', { namedCurve: 'P-256' });
  const cert = blank(options, 'pullgate webhook', authorityName, createPublicKey(authority.cert));
  cert.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'authorityKeyIdentifier', keyIdentifier: authority.subjectKeyId },
    {
      name: 'subjectAltName',
      altNames: options.names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
    },
  ]);
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: signed(cert, publicKey, authority.key),
  };
}

/** A certificate without extensions and signature. `rsa` is an RSA key, because node-forge accepts no other. */
function blank(validity: Validity, subject: string, issuer: string, rsa: KeyObject): forge.pki.Certificate {
  const cert = pki.createCertificate();
  cert.publicKey = pki.publicKeyFromPem(rsa.export({ type: 'spki', format: 'pem' }).toString());
  cert.serialNumber = serialNumber();
  cert.validity.notBefore = new Date(validity.now - skewMs);
  cert.validity.notAfter = new Date(validity.now + validity.lifetimeMs);
  cert.setSubject([{ name: 'commonName', value: subject }]);
  cert.setIssuer([{ name: 'commonName', value: issuer }]);
  return cert;
}

/** A positive integer of at most 20 bytes (RFC 5280 4.1.2.2). Its first bits are fixed, so that it needs no padding. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString('hex');
}

/**
 * `cert` as PEM, for `publicKey` and signed by the RSA key `key`. node-forge need not support the kind of `publicKey`.
 */
function signed(cert: forge.pki.Certificate, publicKey: KeyObject, key: KeyObject): string {
  const oid = pki.oids['sha256WithRSAEncryption'] ?? '';
  cert.signatureOid = oid;
  cert.siginfo.algorithmOid = oid;
  cert.signature = '';
  const certificate = pki.certificateToAsn1(cert);
  const [toBeSigned, , signature] = certificate.value as [forge.asn1.Asn1, forge.asn1.Asn1, forge.asn1.Asn1];
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('latin1');
  (toBeSigned.value as forge.asn1.Asn1[])[subjectPublicKeyInfo] = asn1.fromDer(spki);
  const bytes = Buffer.from(asn1.toDer(toBeSigned).getBytes(), 'latin1');
  // The first byte of a bit string is the number of unused bits in its last byte.
  signature.value = `\0${sign('sha256', bytes, key).toString('latin1')}`;
  return forge.pem.encode({ type: 'CERTIFICATE', body: asn1.toDer(certificate).getBytes() }).replaceAll('\r', '');
}

/** Index in a TBSCertificate (RFC 5280 4.1). */
const subjectPublicKeyInfo = 6;
