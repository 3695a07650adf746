import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { capitalise, cutToBytes, enumerate, inline, quote, shellWord, shorten } from '../../src/words/plain-text.ts';

const texts: readonly { it: string; is: string | undefined; expected: string | undefined }[] = [
  { it: 'a short text stays', is: shorten('nginx', 5), expected: 'nginx' },
  { it: 'a long text keeps both ends', is: shorten('abcdefghij', 5), expected: 'ab…ij' },
  { it: 'the length counts characters, not UTF-16 units', is: shorten('😀😀😀', 3), expected: '😀😀😀' },
  { it: 'no character is split in the middle', is: shorten('a😀😀😀😀😀😀b', 4), expected: 'a😀…b' },
  { it: 'no character is split at the end', is: cutToBytes('😀😀😀', 11), expected: '😀😀…' },
  { it: 'control characters are replaced', is: inline('a\u001b[31m\nb'), expected: 'a\ufffd[31m\ufffdb' },
  { it: 'a character that changes the writing direction is replaced', is: inline('a\u202eb'), expected: 'a\ufffdb' },
  { it: 'an unpaired surrogate is replaced', is: inline('a\ud83db'), expected: 'a\ufffdb' },
  { it: 'a quotation mark in the text is escaped', is: quote('a"b'), expected: String.raw`"a\"b"` },
  { it: 'a plain word needs no quotes', is: shellWord('app=ghcr.io/a/b:v1'), expected: 'app=ghcr.io/a/b:v1' },
  { it: 'a word with special characters is quoted', is: shellWord("a b'c"), expected: String.raw`'a b'\''c'` },
  { it: 'a word that cannot be shown in full is undefined', is: shellWord('a\nb'), expected: undefined },
  { it: 'an empty word is undefined', is: shellWord(''), expected: undefined },
  { it: 'two items are joined with "and"', is: enumerate(['a', 'b'], 3, String), expected: 'a and b' },
  {
    it: 'the items that are left out are counted',
    is: enumerate(['a', 'b', 'c', 'd'], 2, String),
    expected: 'a, b and 2 more',
  },
  { it: 'a sentence begins with a capital letter', is: capitalise('the image'), expected: 'The image' },
  { it: 'a host name does not change', is: capitalise('ghcr.io says'), expected: 'ghcr.io says' },
];

describe('plain text', () => {
  for (const { it, is, expected } of texts) {
    test(it, () => assert.equal(is, expected));
  }
});
