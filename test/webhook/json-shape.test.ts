import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { shapeOf } from '../../src/webhook/json-shape.ts';
import { reviewText } from './test-server.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

const namespaces = [
  { it: 'reads the namespace of the request', text: reviewText({ namespace: 'team' }), namespace: 'team' },
  { it: 'is empty if there is none', text: reviewText({ namespace: undefined }), namespace: '' },
  {
    it: 'does not read the namespace of the object',
    text: reviewText({ namespace: 'team', object: { namespace: 'x', metadata: { namespace: 'y' } } }),
    namespace: 'team',
  },
  { it: 'does not read a value', text: '{"request":{"a":"namespace","b":"c"}}', namespace: '' },
  { it: 'does not read another key', text: '{"request":{"xnamespace":"c","namespaces":"d"}}', namespace: '' },
  { it: 'survives a text that ends early', text: '{"request":{"namespace":"te', namespace: '' },
];

const weights = [
  { it: 'counts an escaped character once', text: `["${'\\u003c'.repeat(1_000)}"]`, weight: 64 + 1_000 },
  { it: 'counts characters of wide strings twice', text: `["${'\\u20ac'.repeat(1_000)}"]`, weight: 64 + 2_000 },
  { it: 'counts the bytes of a wide string twice', text: `["${'€'.repeat(1_000)}"]`, weight: 64 + 6_000 },
  { it: 'does not count space', text: `[${' '.repeat(1_000)}]`, weight: 64 },
  { it: 'counts brackets', text: `[${'[],'.repeat(1_000)}1]`, weight: 64 * 1_001 + 32 * 1_000 },
  { it: 'does not count what is in strings', text: '["[[[,,,:::{{{\\"[["]', weight: 64 + 16 },
];

describe('the shape of a JSON text', () => {
  test('has the depth of the parsed value, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8, stringUnit: 'binary' }), (value) => {
        assert.equal(shapeOf(Buffer.from(JSON.stringify(value))).depth, depthOf(value));
        assert.equal(shapeOf(Buffer.from(JSON.stringify(value, undefined, 2))).depth, depthOf(value));
      }),
    );
  });

  for (const { it, text, namespace } of namespaces) {
    test(it, () => assert.equal(shapeOf(Buffer.from(text)).namespace, namespace));
  }

  for (const { it, text, weight } of weights) {
    test(it, () => assert.equal(shapeOf(Buffer.from(text)).weight, weight));
  }

  for (const text of ['', '"', '"\\', '"\\u', '"\\u0', ']]]]', '{"a', '\ufeff[]', '[\u0000\u00ff]']) {
    test(`does not fail for ${JSON.stringify(text)}`, () => assert.ok(shapeOf(Buffer.from(text)).weight >= 0));
  }

  test('does not overflow for a million levels', () => {
    assert.equal(shapeOf(Buffer.from('['.repeat(1_000_000))).depth, 1_000_000);
  });
});
