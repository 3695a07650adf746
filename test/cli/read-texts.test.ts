import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { readTexts } from '../../src/cli/read-texts.ts';

const text = 'kind: Pöd\n---\nkind: B\n';
const cases = [
  { it: 'UTF-8', bytes: Buffer.from(text) },
  { it: 'UTF-8 with a byte order mark', bytes: Buffer.from(`\ufeff${text}`) },
  {
    it: 'UTF-8 with a byte order mark in a later document',
    bytes: Buffer.from(text.replace('---\n', '---\n\ufeff')),
  },
  { it: 'UTF-16, little-endian', bytes: Buffer.from(`\ufeff${text}`, 'utf16le') },
  { it: 'UTF-16, big-endian', bytes: Buffer.from(`\ufeff${text}`, 'utf16le').swap16() },
];

const options = {
  stdin: Readable.from([]),
  recursive: false,
  environment: {},
  stop: new AbortController().signal,
};

describe('readTexts reads', () => {
  for (const { it, bytes } of cases) {
    test(`${it}, from a file and from standard input`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'pullgate-read-'));
      try {
        const file = join(folder, 'a.yaml');
        await writeFile(file, bytes);
        // In two chunks, so that a character may be cut.
        const stdin = Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]);
        const read = await readTexts({ filename: [file, '-'], kustomize: [] }, { ...options, stdin });
        assert.deepEqual(read, {
          texts: [
            { name: file, text },
            { name: '<stdin>', text },
          ],
          problems: [],
        });
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});
