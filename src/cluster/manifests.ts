import type { Cluster, Lookup, Namespaces } from '../engine/ports.ts';
import { isObject, objectAt, objectsAt, textAt, textsAt } from '../lib/json.ts';

/**
 * The `Cluster` port over manifests: secrets and service accounts among the objects themselves. An object without a
 * namespace is taken to be in `namespace`.
 */
export function manifestCluster(objects: readonly unknown[], namespace: string): Cluster {
  const index = new Map<string, unknown>();
  for (const object of objects) {
    const metadata = objectAt(object, 'metadata');
    index.set(
      keyOf(textAt(object, 'kind'), textAt(metadata, 'namespace') || namespace, textAt(metadata, 'name')),
      object,
    );
  }

  function lookup<T>(key: string, read: (object: unknown) => T): Lookup<T> {
    const object = index.get(key);
    return isObject(object) ? { kind: 'found', value: read(object) } : { kind: 'missing' };
  }

  return {
    secret: (namespace, name) =>
      Promise.resolve(
        lookup(keyOf('Secret', namespace, name), (secret) => ({
          name,
          type: textAt(secret, 'type') || 'Opaque',
          data: { ...textsAt(secret, 'data'), ...encoded(textsAt(secret, 'stringData')) },
        })),
      ),

    serviceAccount: (namespace, name) =>
      Promise.resolve(
        lookup(keyOf('ServiceAccount', namespace, name), (account) => ({
          name,
          imagePullSecrets: objectsAt(account, 'imagePullSecrets').map((reference) => textAt(reference, 'name')),
          annotations: textsAt(objectAt(account, 'metadata'), 'annotations'),
        })),
      ),
  };
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

/** As the API server turns `stringData` into `data`. */
function encoded(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
}

/** A `Cluster` that asks `behind` for what is missing in `before`: manifests win over what they are about to replace. */
export function layeredCluster(before: Cluster, behind: Cluster): Cluster {
  return {
    async secret(...question) {
      const lookup = await before.secret(...question);
      return lookup.kind === 'missing' ? behind.secret(...question) : lookup;
    },
    async serviceAccount(...question) {
      const lookup = await before.serviceAccount(...question);
      return lookup.kind === 'missing' ? behind.serviceAccount(...question) : lookup;
    },
  };
}

/** Where no cluster is asked, nothing is known to be missing. */
export const unseenCluster: Cluster = {
  secret: () => Promise.resolve(unseen),
  serviceAccount: () => Promise.resolve(unseen),
};

const unseen: Lookup<never> = { kind: 'unavailable', reason: 'offline' };

/** The `Namespaces` port over manifests, and over what is behind them. */
export function manifestNamespaces(objects: readonly unknown[], behind: Namespaces): Namespaces {
  const own = new Map(
    objects
      .filter((object) => textAt(object, 'kind') === 'Namespace' && textAt(object, 'apiVersion') === 'v1')
      .map((object) => objectAt(object, 'metadata'))
      .map((metadata) => [textAt(metadata, 'name'), textsAt(metadata, 'labels')] as const),
  );
  return {
    async labels(namespace, signal) {
      const value = own.get(namespace);
      return value === undefined ? behind.labels(namespace, signal) : { kind: 'found', value };
    },
  };
}
