import { registryHosts } from '../../src/engine/hosts/registry-hosts.ts';
import type { DecorateOptions } from '../../src/registry/decorators/decorate.ts';
import type { HttpRegistryOptions } from '../../src/registry/http-registry.ts';

/** Options of the registry client for servers on loopback. */
export const clientOptions: HttpRegistryOptions = {
  userAgent: 'pullgate/test',
  hosts: async (registry) => registryHosts(registry),
  allowLoopback: true,
  insecureRegistries: [],
  caFor: () => [],
  addresses: {},
  realmHosts: [],
  timeouts: { connectMs: 3_000, headersMs: 5_000 },
  proxy: {},
};

/** Options of the decorators. Tests override the options that they are about. */
export const decorateOptions: DecorateOptions = {
  cache: {
    digestTtlMs: 3_600_000,
    tagTtlMs: 60_000,
    unreachableTtlMs: 1_000,
    staleMs: 86_400_000,
    lingerMs: 5_000,
    maxBytes: 8 * 2 ** 20,
  },
  tags: { waitMs: 1_000 },
  limit: { concurrency: 16 },
  breaker: { threshold: 3, openMs: 10_000, maxOpenMs: 60_000 },
};

export const nodesOptions = { everyMs: 120_000 };
export const memoryOptions = { ttlMs: 3_000 };
