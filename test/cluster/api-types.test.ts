import assert from 'node:assert/strict';
import type { V1ServiceAccount } from '@kubernetes/client-node';
import { describe, test } from 'node:test';
import { itemsOf, unverified } from '../../src/cluster/api-types.ts';

describe('an unverified body', () => {
  for (const body of [undefined, null, 'text', 1, [{ metadata: { name: 'x' } }]]) {
    test(`has no fields if it is ${JSON.stringify(body)}`, () => {
      const account = unverified<V1ServiceAccount>(body);
      assert.equal(account.metadata?.name, undefined);
      assert.deepEqual(itemsOf(account.imagePullSecrets), []);
    });
  }

  test('may have fields of another type', () => {
    const account = unverified<V1ServiceAccount>({ metadata: 'text', imagePullSecrets: { name: 'x' } });
    assert.equal(account.metadata?.annotations, undefined);
    assert.deepEqual(itemsOf(account.imagePullSecrets), []);
  });

  test('has the objects of its lists', () => {
    const account = unverified<V1ServiceAccount>({ imagePullSecrets: [{ name: 'x' }, null, 'text', {}] });
    assert.deepEqual(
      itemsOf(account.imagePullSecrets).map(({ name }) => name),
      ['x', undefined],
    );
  });
});
