import { LRUCache } from 'lru-cache';
import type { Cluster, Lookup, Namespaces, RememberingCluster } from '../engine/ports.ts';
import { untilAborted } from '../lib/wait.ts';

export interface ClusterCacheOptions {
  /** How long a found object is reused, in ms; 0 disables the cache. */
  readonly ttlMs: number;
  /** Limit of each cache, in characters of JSON. */
  readonly maxSize?: number;
  /** Time limit of a read that several callers may wait for, in ms. */
  readonly timeoutMs?: number;
}

/**
 * Caches found objects for a few seconds, because a rollout reads the same secret again and again. A missing object is
 * never cached, so that a new secret works at once. Concurrent reads of one object share one request. Reads through
 * `fresh` skip the cache and update it.
 */
export function cachedCluster(cluster: Cluster, options: ClusterCacheOptions): RememberingCluster {
  const secrets = cachedReads((...question) => cluster.secret(...question), options);
  const serviceAccounts = cachedReads((...question) => cluster.serviceAccount(...question), options);
  return {
    secret: secrets.cached,
    serviceAccount: serviceAccounts.cached,
    fresh: { secret: secrets.fresh, serviceAccount: serviceAccounts.fresh },
  };
}

/** Caches the labels of namespaces in the same way, by default for 30 s because they seldom change. */
export function cachedNamespaces(namespaces: Namespaces, options: ClusterCacheOptions = { ttlMs: 30_000 }): Namespaces {
  const labels = cachedReads((namespace, _name, signal) => namespaces.labels(namespace, signal), options);
  return { labels: (namespace, signal) => labels.cached(namespace, '', signal) };
}

type Read<T> = (namespace: string, name: string, signal: AbortSignal) => Promise<Lookup<T>>;

interface CachedReads<T> {
  readonly cached: Read<T>;
  readonly fresh: Read<T>;
}

function cachedReads<T extends object>(read: Read<T>, options: ClusterCacheOptions): CachedReads<T> {
  const { ttlMs, maxSize = 16 * 1024 * 1024, timeoutMs = 5_000 } = options;
  const cache = new LRUCache<string, Lookup<T>>({
    ttl: ttlMs,
    maxSize,
    sizeCalculation: (lookup) => JSON.stringify(lookup).length,
  });
  const running = new Map<string, Promise<Lookup<T>>>();

  async function fresh(namespace: string, name: string, signal: AbortSignal): Promise<Lookup<T>> {
    return store(`${namespace}/${name}`, await read(namespace, name, signal));
  }

  function store(key: string, lookup: Lookup<T>): Lookup<T> {
    // A ttl of 0 means "no expiry" to the cache.
    if (lookup.kind === 'found' && ttlMs > 0) cache.set(key, lookup);
    else if (lookup.kind !== 'unavailable') cache.delete(key);
    return lookup;
  }

  function shared(key: string, namespace: string, name: string): Promise<Lookup<T>> {
    const joined = running.get(key);
    if (joined !== undefined) return joined;
    const started = read(namespace, name, AbortSignal.timeout(timeoutMs))
      .catch((error: unknown): Lookup<T> => {
        if (error instanceof Error && error.name === 'TimeoutError') return { kind: 'unavailable', reason: 'timeout' };
        throw error;
      })
      .then((lookup) => store(key, lookup))
      .finally(() => running.delete(key));
    running.set(key, started);
    return started;
  }

  return {
    fresh,
    async cached(namespace, name, signal) {
      const key = `${namespace}/${name}`;
      return cache.get(key) ?? (await untilAborted(shared(key, namespace, name), signal));
    },
  };
}
