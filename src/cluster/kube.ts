import type { Cluster, Lookup, Namespaces } from '../engine/ports.ts';
import type { KubeApi } from './kube-api.ts';
import { objectAt, objectsAt, textAt, textsAt } from '../lib/json.ts';

/** The `Cluster` port over the Kubernetes API: `get` of one object by its name, nothing else. */
export function kubeCluster(api: KubeApi): Cluster {
  return {
    async secret(namespace, name, signal) {
      const path = objectPath(namespace, 'secrets', name);
      if (path === undefined) return { kind: 'missing' };
      return found(await api.get(path, signal), (body) => ({
        name,
        type: textAt(body, 'type'),
        data: textsAt(body, 'data'),
      }));
    },

    async serviceAccount(namespace, name, signal) {
      const path = objectPath(namespace, 'serviceaccounts', name);
      if (path === undefined) return { kind: 'missing' };
      return found(await api.get(path, signal), (body) => ({
        name,
        imagePullSecrets: objectsAt(body, 'imagePullSecrets').map((reference) => textAt(reference, 'name')),
        annotations: textsAt(objectAt(body, 'metadata'), 'annotations'),
      }));
    },
  };
}

/** The `Namespaces` port: a right of its own, for a config that lets a namespace's label choose the profile. */
export function kubeNamespaces(api: KubeApi): Namespaces {
  return {
    async labels(namespace, signal) {
      if (!isName(namespace)) return { kind: 'missing' };
      const reply = await api.get(`/api/v1/namespaces/${namespace}`, signal);
      return found(reply, (body) => textsAt((body as { metadata?: unknown }).metadata, 'labels'));
    },
  };
}

/**
 * undefined: no object can have that name, so there is nothing to ask. An empty name would turn the `get` into a
 * list of every secret, and dots and slashes would lead elsewhere.
 */
export function objectPath(namespace: string, resource: string, name: string): string | undefined {
  if (!isName(namespace) || !isName(name)) return undefined;
  return `/api/v1/namespaces/${namespace}/${resource}/${name}`;
}

/** RFC 1123 subdomain, as the API server demands of these objects' names. */
export function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);
}

function found<T>(lookup: Lookup<unknown>, read: (body: unknown) => T): Lookup<T> {
  return lookup.kind === 'found' ? { kind: 'found', value: read(lookup.value) } : lookup;
}
