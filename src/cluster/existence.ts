import type { ObjectIdentity } from '../engine/workload/object-identity.ts';
import { groupOf, workloadKind } from '../engine/workload/workload-kind.ts';
import type { KubeApi } from './kube-api.ts';
import { isName } from './kube.ts';
import { objectAt, textAt } from '../lib/json.ts';

export type Exists = (object: ObjectIdentity, signal: AbortSignal) => Promise<boolean>;

/**
 * Whether the very object of that uid is still there, for the second look: `get` on workloads, a right of its own. True
 * where the right is not given or the API server does not answer: only what is known to be gone is passed over.
 */
export function kubeExistence(api: Pick<KubeApi, 'get'>): Exists {
  return async ({ apiVersion, kind, namespace, name, uid }, signal) => {
    const resource = workloadKind(groupOf(apiVersion), kind)?.resource;
    if (resource === undefined || !isName(namespace) || !isName(name)) return true;
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const lookup = await api.get(`${group}/namespaces/${namespace}/${resource}/${name}`, signal);
    if (lookup.kind === 'found') return textAt(objectAt(lookup.value, 'metadata'), 'uid') === uid;
    return lookup.kind !== 'missing';
  };
}
