import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rateLimitOf } from '../../../src/registry/network/rate-limit.ts';

describe('rateLimitOf', () => {
  test('parses the headers of Docker Hub', () => {
    const headers = {
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '0;w=21600',
      'docker-ratelimit-source': '192.0.2.1',
    };
    assert.deepEqual(rateLimitOf(headers), { limit: 100, remaining: 0, source: '192.0.2.1' });
  });

  test('returns undefined if no header has a number', () => {
    assert.equal(rateLimitOf({ 'ratelimit-limit': 'many' }), undefined);
  });
});
