import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { warmUp } from '../../src/compose/warm-up.ts';
import { objectOf, stringOf } from '../../src/lib/json.ts';

describe('warmUp', () => {
  test('runs what admits an image and what denies one', async () => {
    const [first] = await warmUp();
    const { response } = JSON.parse(first?.body ?? '{}') as { readonly response?: unknown };
    const { allowed, status } = objectOf(response);
    assert.equal(allowed, false);
    const message = stringOf(objectOf(status)['message']);
    assert.match(message, /registry\.example\/app-0:missing/);
    assert.doesNotMatch(message, /app-0:there/);
  });
});
