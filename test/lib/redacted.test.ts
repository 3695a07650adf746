import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { format, inspect } from 'node:util';
import { Redacted } from '../../src/lib/redacted.ts';

const secret = new Redacted('hunter2');

const prints: readonly { it: string; text: string }[] = [
  { it: 'a conversion to a string', text: String(secret) },
  { it: 'JSON', text: JSON.stringify({ secret }) },
  { it: 'inspect', text: inspect({ secret }, { showHidden: true, depth: null }) },
  { it: 'a format with %s', text: format('%s', secret) },
  { it: 'a format with %o', text: format('%o', secret) },
  { it: 'an error message', text: inspect(new Error(`failed: ${String(secret)}`, { cause: secret })) },
  {
    it: 'a list of its properties',
    text: JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret), '[redacted]']),
  },
];

describe('a redacted text does not occur in', () => {
  for (const { it, text } of prints) {
    test(it, () => {
      assert.doesNotMatch(text, /hunter2/);
      assert.match(text, /\[redacted\]/);
    });
  }
});

describe('a redacted text', () => {
  test('is returned by reveal', () => assert.equal(secret.reveal(), 'hunter2'));

  test('is not copied by structuredClone', () => {
    assert.doesNotMatch(inspect(structuredClone(secret)), /hunter2/);
  });

  test('is empty only if the text is empty', () => {
    assert.deepEqual([new Redacted('').empty, new Redacted(' ').empty], [true, false]);
  });
});
