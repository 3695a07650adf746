import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compareFile } from '../agree/vectors.ts';
import { comparisons } from '../agree/vector-files.ts';

describe('the engine', () => {
  for (const file of Object.keys(comparisons)) {
    test(`agrees with the kubelet and containerd on ${file}`, async () => {
      const agreement = await compareFile(join(import.meta.dirname, '../vectors', file));
      assert(agreement.kind === 'compared');
      assert.deepEqual(agreement.differences, []);
      assert(agreement.agreed > 0);
    });
  }

  test('is not compared on a file with an unknown name', async () => {
    assert.deepEqual(await compareFile('elsewhere/other.json'), { kind: 'unknown' });
  });
});
