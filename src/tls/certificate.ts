import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { certificatesIn } from '../lib/pem.ts';
import type { Certificate } from './source.ts';

/** When the leaf expires, in ms since 1970. Throws if `cert` is not a PEM certificate. */
export function expiresAt(cert: string): number {
  return new X509Certificate(cert).validToDate.getTime();
}

/** When the leaf becomes valid, in ms since 1970. Throws if `cert` is not a PEM certificate. */
export function startsAt(cert: string): number {
  return new X509Certificate(cert).validFromDate.getTime();
}

/** Whether the leaf is valid at a time. */
export type Validity = 'valid' | 'expired' | 'not-yet-valid';

/** Whether the leaf is valid at `now`, in ms since 1970. Throws if `cert` is not a PEM certificate. */
export function validityOf(cert: string, now: number): Validity {
  if (now > expiresAt(cert)) return 'expired';
  return now < startsAt(cert) ? 'not-yet-valid' : 'valid';
}

/** Why API servers reject the leaf at `now` (ms since 1970), in one line; undefined if it is valid. Throws as above. */
export function validityProblem(cert: string, now: number): string | undefined {
  const validity = validityOf(cert, now);
  if (validity === 'valid') return undefined;
  return validity === 'expired'
    ? `expired at ${new Date(expiresAt(cert)).toISOString()}`
    : `not valid before ${new Date(startsAt(cert)).toISOString()}`;
}

/**
 * When to renew the leaf, in ms since 1970: after two thirds of its lifetime. Throws if `cert` is not a PEM
 * certificate.
 */
export function renewAt(cert: string): number {
  const { validFromDate, validToDate } = new X509Certificate(cert);
  return validFromDate.getTime() + ((validToDate.getTime() - validFromDate.getTime()) * 2) / 3;
}

/** Whether key and certificate belong together; false if one of them does not parse. */
export function isPair({ key, cert }: Certificate): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/**
 * Whether the leaf is valid for every DNS name and IP address in `names`. Throws if `cert` is not a PEM certificate.
 */
export function coversNames(cert: string, names: readonly string[]): boolean {
  const leaf = new X509Certificate(cert);
  return names.every((name) => (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined);
}

/** The DNS names and IP addresses of the leaf. Throws if `cert` is not a PEM certificate. */
export function namesIn(cert: string): readonly string[] {
  const { subjectAltName = '' } = new X509Certificate(cert);
  return [...subjectAltName.matchAll(/(?:^|, )(?:DNS|IP Address):([\w.:*-]+)/g)].map(([, name = '']) => name);
}

/** Whether a CA of the bundle signed the leaf. Throws if `cert` is not a PEM certificate. */
export function isIssuedBy(cert: string, bundle: string): boolean {
  const leaf = new X509Certificate(cert);
  return certificatesIn(bundle).some((ca) => leaf.verify(new X509Certificate(ca).publicKey));
}

/**
 * The bundles as one bundle, without duplicates and without certificates that have expired at `now` (ms since 1970).
 */
export function joined(bundles: readonly string[], now: number): string {
  const valid = bundles.flatMap(certificatesIn).filter((cert) => expiresAt(cert) > now);
  return [...new Set(valid)].map((cert) => `${cert}\n`).join('');
}
