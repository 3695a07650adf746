/* Makes the certificates for development; README.md says what they are for. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, issueLeaf } from '../src/tls/issue.ts';

const validity = { now: Date.now(), lifetimeMs: 30 * 86_400_000 };
const authority = await createAuthority(validity);
const names = ['localhost', '127.0.0.1', ...process.argv.slice(2)];
const { key, cert } = await issueLeaf(authority, { ...validity, names });

const files = { 'ca.pem': authority.cert, 'tls.crt.pem': cert, 'tls.key.pem': key };
for (const [name, text] of Object.entries(files)) {
  await writeFile(join(import.meta.dirname, name), text, { mode: 0o600 });
}
process.stdout.write(`certificates for ${names.join(', ')} are in ${import.meta.dirname}\n`);
