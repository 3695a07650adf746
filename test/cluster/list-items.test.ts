import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readListItems } from '../../src/cluster/list-items.ts';

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const list = {
  kind: 'NodeList',
  metadata: { resourceVersion: '7', continue: 'next "page"', odd: ['items', '[{', { items: [{ no: 'item' }] }] },
  items: [
    { name: 'quotes " and \\ and ] } [ {', deep: { list: [1, [2, { three: 3 }]], empty: {} } },
    {},
    { name: 'grüße, 世界 🚀', items: [{ nested: true }] },
  ],
};

describe('readListItems', () => {
  for (const size of [1, 2, 3, 7, 64, 10_000]) {
    for (const indent of [0, 2]) {
      test(`items are read from chunks of ${size} bytes with an indent of ${indent}`, async () => {
        const items: unknown[] = [];
        const next = await readListItems(inChunks(JSON.stringify(list, null, indent), size), 1_000, (item) =>
          items.push(item),
        );
        assert.deepEqual(items, list.items);
        assert.equal(next, 'next "page"');
      });
    }
  }

  test('the envelope may follow the items, and a list may be empty', async () => {
    const items: object[] = [];
    const text = '{"items":[],"metadata":{"continue":"x"}}';
    assert.equal(await readListItems(inChunks(text, 5), 100, (item) => items.push(item as object)), 'x');
    assert.equal(items.length, 0);
    assert.equal(
      await readListItems(inChunks('{"items":[{"a":1}],"metadata":{}}', 5), 100, (item) => items.push(item as object)),
      '',
    );
    assert.deepEqual(items, [{ a: 1 }]);
  });

  const invalid = [
    { title: 'an item over the limit', text: JSON.stringify({ items: [{ long: 'x'.repeat(200) }] }) },
    { title: 'an endless envelope', text: `{"kind":"${'x'.repeat(100_000)}` },
    { title: 'an incomplete list', text: '{"items":[{"a":1}' },
    { title: 'a text that is not JSON', text: '<html>' },
  ];
  for (const { title, text } of invalid) {
    test(`${title} is an error`, async () => {
      await assert.rejects(readListItems(inChunks(text, 50), 100, () => undefined));
    });
  }
});
