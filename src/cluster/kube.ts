import type { V1Namespace, V1Secret, V1ServiceAccount } from '@kubernetes/client-node';
import type { Cluster, Lookup, Namespaces, ServiceAccountFacts } from '../engine/ports.ts';
import { isObject, stringMapOf, stringOf, type JsonObject } from '../lib/json.ts';
import { itemsOf, unverified } from './api-types.ts';
import type { KubeApi } from './kube-api.ts';

/** The `Cluster` port over the Kubernetes API. It uses nothing but `get` by name. */
export function kubeCluster(api: Pick<KubeApi, 'get'>): Cluster {
  return {
    async secret(namespace, name, signal) {
      const path = objectPath(namespace, 'secrets', name);
      if (path === undefined) return { kind: 'missing' };
      return mapFound(await api.get(path, signal), (body) => {
        const { type, data } = unverified<V1Secret>(body);
        return { name, type: stringOf(type), data: stringMapOf(data) };
      });
    },

    async serviceAccount(namespace, name, signal) {
      const path = objectPath(namespace, 'serviceaccounts', name);
      if (path === undefined) return { kind: 'missing' };
      return mapFound(await api.get(path, signal), (body) => serviceAccountFacts(name, body));
    },
  };
}

/** The facts in a ServiceAccount of the API or of a manifest. */
export function serviceAccountFacts(name: string, body: unknown): ServiceAccountFacts {
  const { imagePullSecrets, metadata } = unverified<V1ServiceAccount>(body);
  return {
    name,
    imagePullSecrets: itemsOf(imagePullSecrets).map((reference) => stringOf(reference.name)),
    annotations: stringMapOf(metadata?.annotations),
  };
}

/**
 * The `Namespaces` port over the Kubernetes API, for a config that lets a label of the namespace choose the profile.
 * This needs the permission to `get` namespaces, which nothing else needs.
 */
export function kubeNamespaces(api: KubeApi): Namespaces {
  return {
    async labels(namespace, signal) {
      if (!isName(namespace)) return { kind: 'missing' };
      const lookup = await api.get(`/api/v1/namespaces/${namespace}`, signal);
      return mapFound(lookup, (body) => stringMapOf(unverified<V1Namespace>(body).metadata?.labels));
    },
  };
}

/**
 * The API path of an object; undefined if no object can have the name. An empty name would turn the `get` into a list
 * of every secret, and dots and slashes would lead to another path.
 */
export function objectPath(namespace: string, resource: string, name: string): string | undefined {
  if (!isName(namespace) || !isName(name)) return undefined;
  return `${listPath('/api/v1', resource, namespace)}/${name}`;
}

/** Returns the API path of a group and version: `/api/v1` for `v1`, `/apis/apps/v1` for `apps/v1`. */
export function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/**
 * Returns the API path of a list: of one namespace, or of all if `namespace` is undefined. `root` is that of the group and
 * version, such as `/api/v1`.
 */
export function listPath(root: string, resource: string, namespace: string | undefined): string {
  return namespace === undefined ? `${root}/${resource}` : `${root}/namespaces/${namespace}/${resource}`;
}

/** Reads an object whose fields nobody has checked. An answer that is no object counts as an error of the server. */
export async function getObject(
  api: Pick<KubeApi, 'get'>,
  path: string,
  signal: AbortSignal,
): Promise<Lookup<JsonObject>> {
  const lookup = await api.get(path, signal);
  if (lookup.kind !== 'found') return lookup;
  return isObject(lookup.value)
    ? { kind: 'found', value: lookup.value }
    : { kind: 'unavailable', reason: 'server-error' };
}

/** Whether the text is an RFC 1123 subdomain, as the API server requires for the names of these objects. */
export function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);
}

function mapFound<T>(lookup: Lookup<unknown>, read: (body: unknown) => T): Lookup<T> {
  return lookup.kind === 'found' ? { kind: 'found', value: read(lookup.value) } : lookup;
}
