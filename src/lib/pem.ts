import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Each certificate in a PEM text, without carriage returns. Blocks that are not valid certificates are left out. */
export function certificatesIn(text: string): readonly string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => block.replaceAll('\r', '')).filter(isCertificate);
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block) instanceof X509Certificate;
  } catch {
    return false;
  }
}

/**
 * The PEM text of the file at `path`. Throws an error with a one-line message, which names `option`, if the file cannot
 * be read or has no certificate block. Does not check that the block is valid.
 */
export async function readCertificates(path: string, option: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`${path}: cannot be read (${option})`);
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`${path}: has no PEM certificate (${option})`);
  return text;
}
