import type { CacheOptions } from '../../../src/registry/decorators/cached-registry.ts';

export const cacheOptions: Omit<CacheOptions, 'clock'> = {
  failureTtlMs: {
    'not-found': 0,
    refused: 0,
    unsupported: 0,
    incomplete: 0,
    forbidden: 0,
    unreachable: 1000,
    throttled: 0,
    'not-asked': 0,
  },
  maxBytes: 8 * 2 ** 20,
  digestTtlMs: 3_600_000,
  tagTtlMs: 60_000,
  staleMs: 7_200_000,
  lingerMs: 5000,
};
