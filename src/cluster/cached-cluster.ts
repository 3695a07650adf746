import { LRUCache } from 'lru-cache';
import type { Cluster, Lookup, Namespaces, RememberingCluster } from '../engine/ports.ts';
import { untilAborted } from '../lib/wait.ts';

export interface ClusterCacheOptions {
  /** How long what was found is used again, in ms; 0: never. */
  readonly ttlMs: number;
  /** Characters of all that is held. */
  readonly maxSize?: number;
  /** Of one read that several may wait for, in ms. */
  readonly timeoutMs?: number;
}

/**
 * Remembers what was found for a few seconds: a rollout asks for the same secret again and again. What is missing is
 * never remembered, so that a secret works as soon as it is there. Concurrent reads of one object are one.
 */
export function cachedCluster(cluster: Cluster, options: ClusterCacheOptions): RememberingCluster {
  const secrets = memory((...question) => cluster.secret(...question), options);
  const serviceAccounts = memory((...question) => cluster.serviceAccount(...question), options);
  return {
    secret: secrets.remembered,
    serviceAccount: serviceAccounts.remembered,
    fresh: { secret: secrets.anew, serviceAccount: serviceAccounts.anew },
  };
}

/** The same for namespaces' labels, which change seldom. */
export function cachedNamespaces(namespaces: Namespaces, options: ClusterCacheOptions = { ttlMs: 30_000 }): Namespaces {
  const labels = memory((namespace, _name, signal) => namespaces.labels(namespace, signal), options);
  return { labels: (namespace, signal) => labels.remembered(namespace, '', signal) };
}

type Read<T> = (namespace: string, name: string, signal: AbortSignal) => Promise<Lookup<T>>;

function memory<T extends object>(read: Read<T>, options: ClusterCacheOptions): { remembered: Read<T>; anew: Read<T> } {
  const { ttlMs, maxSize = 16 * 1024 * 1024, timeoutMs = 5_000 } = options;
  const found = new LRUCache<string, Lookup<T>>({
    ttl: ttlMs,
    maxSize,
    sizeCalculation: (lookup) => JSON.stringify(lookup).length,
  });
  const reading = new Map<string, Promise<Lookup<T>>>();

  async function anew(namespace: string, name: string, signal: AbortSignal): Promise<Lookup<T>> {
    return store(`${namespace}/${name}`, await read(namespace, name, signal));
  }

  function store(key: string, lookup: Lookup<T>): Lookup<T> {
    // To the cache a time of 0 would be for ever.
    if (lookup.kind === 'found' && ttlMs > 0) found.set(key, lookup);
    else if (lookup.kind !== 'unavailable') found.delete(key);
    return lookup;
  }

  function shared(key: string, namespace: string, name: string): Promise<Lookup<T>> {
    const flight = reading.get(key);
    if (flight !== undefined) return flight;
    const started = read(namespace, name, AbortSignal.timeout(timeoutMs))
      .catch((error: unknown): Lookup<T> => {
        if (error instanceof Error && error.name === 'TimeoutError') return { kind: 'unavailable', reason: 'timeout' };
        throw error;
      })
      .then((lookup) => store(key, lookup))
      .finally(() => reading.delete(key));
    reading.set(key, started);
    return started;
  }

  return {
    anew,
    async remembered(namespace, name, signal) {
      const key = `${namespace}/${name}`;
      return found.get(key) ?? (await untilAborted(shared(key, namespace, name), signal));
    },
  };
}
