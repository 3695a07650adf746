import type { KubernetesObject } from '@kubernetes/client-node';
import type { ObjectIdentity } from '../engine/workload/object-identity.ts';
import { groupOf, type KindOf } from '../engine/workload/workload-kind.ts';
import { unverified } from './api-types.ts';
import type { KubeApi } from './kube-api.ts';
import { isName, listPath, rootOf } from './kube.ts';

export type Exists = (object: ObjectIdentity, signal: AbortSignal) => Promise<boolean>;

/**
 * Whether the object with this uid still exists, for the recheck. This needs the permission to `get` workloads, which
 * nothing else needs. `kindOf` finds the kinds that are known. True if the permission is missing or the API server does
 * not answer: the recheck skips only an object that is known to be gone.
 */
export function kubeExistence(api: Pick<KubeApi, 'get'>, kindOf: KindOf): Exists {
  return async ({ apiVersion, kind, namespace, name, uid }, signal) => {
    const resource = kindOf(groupOf(apiVersion), kind)?.resource;
    if (resource === undefined || !isName(namespace) || !isName(name)) return true;
    const lookup = await api.get(`${listPath(rootOf(apiVersion), resource, namespace)}/${name}`, signal);
    if (lookup.kind === 'found') return unverified<KubernetesObject>(lookup.value).metadata?.uid === uid;
    return lookup.kind !== 'missing';
  };
}
