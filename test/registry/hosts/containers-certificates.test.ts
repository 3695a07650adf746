import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { containersCertificates } from '../../../src/registry/hosts/containers-certificates.ts';
import { caFile } from '../../support/certificates.ts';

const pem = await readFile(await caFile(), 'utf8');

const cases: readonly (readonly [name: string, files: Readonly<Record<string, string>>, expected: string])[] = [
  ['no folder', {}, ''],
  ['a CA', { 'ca.crt': pem, 'ca.pem': pem }, 'ca.crt'],
  ['a CA file without a certificate', { 'ca.crt': 'no certificate' }, ''],
  ['a client certificate and its key', { 'a.cert': pem, 'a.key': pem }, 'a.cert+a.key'],
  ['a client certificate without its key', { 'a.cert': pem, 'b.key': pem }, 'unusable: a.cert'],
  ['a key without its certificate', { 'a.key': pem }, 'unusable: a.key'],
];

describe('containersCertificates', () => {
  for (const [name, files, expected] of cases) {
    test(`${name}: ${expected || 'nothing'}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'pullgate-certs-'));
      try {
        await mkdir(join(folder, 'r.test:5000'));
        for (const [file, text] of Object.entries(files)) await writeFile(join(folder, 'r.test:5000', file), text);
        const answer = await containersCertificates(folder)('r.test:5000');
        const words =
          answer.kind === 'unusable'
            ? `unusable: ${basename(answer.problem.file)}`
            : [...answer.ca.map((file) => [file]), ...answer.client]
                .map((list) => list.map((file) => basename(file)).join('+'))
                .join(' ');
        assert.equal(words, expected);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});
