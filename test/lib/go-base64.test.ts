import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { decodeBase64 } from '../../src/lib/go-base64.ts';

const texts: readonly { it: string; text: string; padded: string | undefined; unpadded: string | undefined }[] = [
  { it: 'an empty text', text: '', padded: '', unpadded: '' },
  { it: 'no padding needed', text: 'Zm9v', padded: 'foo', unpadded: 'foo' },
  { it: 'one padding character', text: 'Zm8=', padded: 'fo', unpadded: undefined },
  { it: 'two padding characters', text: 'Zg==', padded: 'f', unpadded: undefined },
  { it: 'missing padding', text: 'Zm8', padded: undefined, unpadded: 'fo' },
  { it: 'too much padding', text: 'Zm9v=', padded: undefined, unpadded: undefined },
  { it: 'three padding characters', text: 'Z===', padded: undefined, unpadded: undefined },
  { it: 'padding in the middle', text: 'Zg==Zg==', padded: undefined, unpadded: undefined },
  { it: 'one character too many', text: 'Zm9vZ', padded: undefined, unpadded: undefined },
  { it: 'line breaks', text: 'Zm\r\n9v\n', padded: 'foo', unpadded: 'foo' },
  { it: 'a line break in the padding', text: 'Zg=\n=', padded: 'f', unpadded: undefined },
  { it: 'a space', text: 'Zm 9v', padded: undefined, unpadded: undefined },
  { it: 'a tab', text: 'Zm9v\t', padded: undefined, unpadded: undefined },
  { it: 'the URL alphabet', text: '__--', padded: undefined, unpadded: undefined },
  { it: 'bits after the last byte', text: 'Zh==', padded: 'f', unpadded: undefined },
  { it: 'UTF-8', text: 'w6k=', padded: 'é', unpadded: undefined },
  { it: 'invalid UTF-8', text: '/w==', padded: '\ufffd', unpadded: undefined },
  { it: 'a byte order mark', text: '77u/', padded: '\ufeff', unpadded: '\ufeff' },
];

describe('base64 with', () => {
  for (const { it, text, padded, unpadded } of texts) {
    test(it, () =>
      assert.deepEqual([decodeBase64(text, 'padded'), decodeBase64(text, 'unpadded')], [padded, unpadded]),
    );
  }

  test('any text returns that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = Buffer.from(text).toString('base64');
        assert.equal(decodeBase64(encoded, 'padded'), text);
        assert.equal(decodeBase64(encoded.replace(/=+$/, ''), 'unpadded'), text);
      }),
      { seed: 20 },
    );
  });
});
