import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The certificates in a PEM text one by one, without carriage returns; blocks that do not parse are left out. */
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

/** The PEM text of the file that the option `option` names. Throws one line for people if it holds no certificate. */
export async function readCertificates(path: string, option: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`${path}: cannot be read (${option})`);
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`${path}: holds no PEM certificate (${option})`);
  return text;
}
