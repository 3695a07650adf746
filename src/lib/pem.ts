import { readFile } from 'node:fs/promises';

/** The PEM of the file that `option` names. Throws with a line for people where it holds no certificate. */
export async function readAuthority(path: string, option: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`${path}: cannot be read (${option})`);
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`${path}: holds no PEM certificate (${option})`);
  return text;
}
