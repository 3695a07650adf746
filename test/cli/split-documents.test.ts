import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { splitDocuments } from '../../src/cli/split-documents.ts';

const cases = [
  { it: 'does not split an empty text', text: '', parts: [['', 0]] },
  { it: 'does not split one object', text: '{"a": 1}\n', parts: [['{"a": 1}\n', 0]] },
  {
    it: 'splits objects on one line',
    text: '{"a": 1}{"b": 2}',
    parts: [
      ['{"a": 1}', 0],
      ['{"b": 2}', 0],
    ],
  },
  {
    it: 'splits objects on lines of their own',
    text: '{\n"a": 1}\r\n\n{"b": 2}\n',
    parts: [
      ['{\n"a": 1}', 0],
      ['\r\n\n{"b": 2}\n', 1],
    ],
  },
  {
    it: 'splits objects in a later document',
    text: 'a: 1\n---\n{}\n{}\n---\nb: 2\n',
    parts: [
      ['a: 1\n', 0],
      ['---\n{}', 1],
      ['\n{}\n', 2],
      ['---\nb: 2\n', 4],
    ],
  },
  { it: 'does not split at braces in a string', text: '{"a": "} {"}', parts: [['{"a": "} {"}', 0]] },
  { it: 'does not split YAML that looks like JSON', text: "{a: '} {'}", parts: [["{a: '} {'}", 0]] },
  { it: 'does not split objects before something else', text: '{}\n{}\nx', parts: [['{}\n{}\nx', 0]] },
  {
    it: 'splits documents',
    text: 'a: |\n  ---\n---\n---\n{}\n',
    parts: [
      ['a: |\n  ---\n', 0],
      ['---\n', 2],
      ['---\n{}\n', 3],
    ],
  },
  {
    it: 'does not split documents with a directive',
    text: '%YAML 1.2\n---\na: 1\n',
    parts: [['%YAML 1.2\n---\na: 1\n', 0]],
  },
] as const;

describe('splitDocuments', () => {
  for (const { it, text, parts } of cases) {
    test(it, () => {
      assert.deepEqual(
        splitDocuments(text).map((part) => [part.text, part.linesBefore]),
        parts,
      );
    });
  }

  test('splits thousands of objects', () => {
    assert.equal(splitDocuments('{"a": {"b": [1, 2]}}\n'.repeat(20_000)).length, 20_000);
  });
});
