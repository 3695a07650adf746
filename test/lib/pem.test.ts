import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificatesIn, readCertificates } from '../../src/lib/pem.ts';
import { caCertificate } from '../support/certificates.ts';

const certificate = (await caCertificate()).replaceAll('\r', '').trim();
const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';

const texts: readonly { it: string; text: string; finds: readonly string[] }[] = [
  { it: 'an empty text', text: '', finds: [] },
  { it: 'one certificate', text: certificate, finds: [certificate] },
  { it: 'two certificates', text: `${certificate}\n${certificate}\n`, finds: [certificate, certificate] },
  { it: 'text around the certificate', text: `# my CA\n${certificate}\n# end\n`, finds: [certificate] },
  { it: 'carriage returns', text: certificate.replaceAll('\n', '\r\n'), finds: [certificate] },
  { it: 'a key beside the certificate', text: `${key}\n${certificate}`, finds: [certificate] },
  { it: 'a block that is not a certificate', text: `${broken}\n${certificate}`, finds: [certificate] },
  { it: 'a block that does not end', text: certificate.slice(0, -10), finds: [] },
];

describe('certificatesIn, for', () => {
  for (const { it, text, finds } of texts) test(it, () => assert.deepEqual(certificatesIn(text), finds));
});

describe('readCertificates', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pullgate-pem-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('returns the text of the file', async () => {
    const path = join(folder, 'ca.pem');
    await writeFile(path, `${certificate}\n`);
    assert.equal(await readCertificates(path, 'tls.clientCA'), `${certificate}\n`);
  });

  test('throws for a missing file, with the path and the option', async () => {
    const path = join(folder, 'none.pem');
    await assert.rejects(readCertificates(path, 'tls.clientCA'), { message: `${path}: cannot be read (tls.clientCA)` });
  });

  test('throws for a file without a certificate, with the path and the option', async () => {
    const path = join(folder, 'key.pem');
    await writeFile(path, key);
    await assert.rejects(readCertificates(path, 'tls.clientCA'), {
      message: `${path}: has no PEM certificate (tls.clientCA)`,
    });
  });
});
