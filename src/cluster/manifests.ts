import type { KubernetesObject, V1Secret } from '@kubernetes/client-node';
import type { Cluster, Lookup, Namespaces } from '../engine/ports.ts';
import { isObject, stringMapOf, stringOf } from '../lib/json.ts';
import { unverified } from './api-types.ts';
import { serviceAccountFacts } from './kube.ts';

/**
 * The `Cluster` port over manifests: the Secrets and ServiceAccounts among the objects. An object without a namespace
 * belongs to `namespace`.
 */
export function manifestCluster(objects: readonly unknown[], namespace: string): Cluster {
  const index = new Map<string, unknown>();
  for (const object of objects) {
    const { kind, metadata } = unverified<KubernetesObject>(object);
    index.set(keyOf(stringOf(kind), stringOf(metadata?.namespace) || namespace, stringOf(metadata?.name)), object);
  }

  function lookup<T>(key: string, read: (object: unknown) => T): Lookup<T> {
    const object = index.get(key);
    return isObject(object) ? { kind: 'found', value: read(object) } : { kind: 'missing' };
  }

  return {
    secret: (namespace, name) =>
      Promise.resolve(
        lookup(keyOf('Secret', namespace, name), (object) => {
          const { type, data, stringData } = unverified<V1Secret>(object);
          return {
            name,
            type: stringOf(type) || 'Opaque',
            data: { ...stringMapOf(data), ...encoded(stringMapOf(stringData)) },
          };
        }),
      ),

    serviceAccount: (namespace, name) =>
      Promise.resolve(lookup(keyOf('ServiceAccount', namespace, name), (object) => serviceAccountFacts(name, object))),
  };
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

/** `stringData` in base64, as the API server adds it to `data`. */
function encoded(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
}

/**
 * A `Cluster` that asks `first`, and then `second` for an object that is missing in `first`. With manifests as `first`,
 * they hide the objects that they will replace.
 */
export function layeredCluster(first: Cluster, second: Cluster): Cluster {
  return {
    async secret(...question) {
      const lookup = await first.secret(...question);
      return lookup.kind === 'missing' ? second.secret(...question) : lookup;
    },
    async serviceAccount(...question) {
      const lookup = await first.serviceAccount(...question);
      return lookup.kind === 'missing' ? second.serviceAccount(...question) : lookup;
    },
  };
}

/**
 * The `Cluster` for an offline check: every object is unavailable, because without a cluster none is known to be
 * missing.
 */
export const unseenCluster: Cluster = {
  secret: () => Promise.resolve(unseen),
  serviceAccount: () => Promise.resolve(unseen),
};

const unseen: Lookup<never> = { kind: 'unavailable', reason: 'offline' };

/** The `Namespaces` port over manifests. It asks `second` for a namespace that the manifests do not contain. */
export function manifestNamespaces(objects: readonly unknown[], second: Namespaces): Namespaces {
  const labels = new Map(
    objects
      .map((object) => unverified<KubernetesObject>(object))
      .filter(({ kind, apiVersion }) => kind === 'Namespace' && apiVersion === 'v1')
      .map(({ metadata }) => [stringOf(metadata?.name), stringMapOf(metadata?.labels)] as const),
  );
  return {
    async labels(namespace, signal) {
      const value = labels.get(namespace);
      return value === undefined ? second.labels(namespace, signal) : { kind: 'found', value };
    },
  };
}
