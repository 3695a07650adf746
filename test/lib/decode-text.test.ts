import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeText } from '../../src/lib/decode-text.ts';

function utf16(text: string, bigEndian: boolean): Uint8Array {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}

const cases = [
  { it: 'UTF-8', bytes: Buffer.from('kind: Pod # ü'), is: 'kind: Pod # ü' },
  { it: 'UTF-8 with a byte order mark', bytes: Buffer.from('\ufeffkind: Pod'), is: 'kind: Pod' },
  {
    it: 'a byte order mark before a later document',
    bytes: Buffer.from('a: 1\n---\n\ufeffb: 2'),
    is: 'a: 1\n---\nb: 2',
  },
  { it: 'UTF-16, little endian', bytes: utf16('kind: Pod', false), is: 'kind: Pod' },
  { it: 'UTF-16, big endian', bytes: utf16('kind: Pöd', true), is: 'kind: Pöd' },
  { it: 'a byte order mark within a line, which is kept', bytes: Buffer.from('a: x\ufeffy'), is: 'a: x\ufeffy' },
  { it: 'an empty file', bytes: new Uint8Array(), is: '' },
];

describe('the text of', () => {
  for (const { it, bytes, is } of cases) test(it, () => assert.equal(decodeText(bytes), is));
});
