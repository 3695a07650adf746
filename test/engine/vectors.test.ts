import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compareFile } from '../agree/vectors.ts';
import { comparisons } from '../agree/vector-files.ts';

describe('the pure rules and the packages of the kubelet and containerd', () => {
  for (const file of Object.keys(comparisons)) {
    it(`agree on ${file}`, async () => {
      const agreement = await compareFile(join(import.meta.dirname, '../vectors', file));
      assert(agreement.kind === 'compared');
      assert.deepEqual(agreement.differences, []);
      assert(agreement.agreed > 0);
    });
  }

  it('are not compared by a file of an unknown name', async () => {
    assert.deepEqual(await compareFile('elsewhere/other.json'), { kind: 'unknown' });
  });
});
