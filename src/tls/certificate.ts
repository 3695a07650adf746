import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { certificatesIn } from '../lib/pem.ts';
import type { Certificate } from './source.ts';

/** When the leaf ends, in ms since 1970. Throws where `cert` is no PEM certificate. */
export function expiresAt(cert: string): number {
  return new X509Certificate(cert).validToDate.getTime();
}

/** When two thirds of the leaf's life are over, in ms since 1970: time for a successor. */
export function renewAt(cert: string): number {
  const { validFromDate, validToDate } = new X509Certificate(cert);
  return validFromDate.getTime() + ((validToDate.getTime() - validFromDate.getTime()) * 2) / 3;
}

/** Whether key and certificate belong together; false where one of them does not parse. */
export function isPair({ key, cert }: Certificate): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Whether a client that dials any of `names` would accept the leaf for it. */
export function isFor(cert: string, names: readonly string[]): boolean {
  const leaf = new X509Certificate(cert);
  return names.every((name) => (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined);
}

/** Whether one of the bundle's CAs signed the leaf. */
export function isIssuedBy(cert: string, bundle: string): boolean {
  const leaf = new X509Certificate(cert);
  return certificatesIn(bundle).some((ca) => leaf.verify(new X509Certificate(ca).publicKey));
}

/** The bundles as one: each certificate once, without those that are over at `now` (ms since 1970). */
export function joined(bundles: readonly string[], now: number): string {
  const living = bundles.flatMap(certificatesIn).filter((cert) => expiresAt(cert) > now);
  return [...new Set(living)].map((cert) => `${cert}\n`).join('');
}
