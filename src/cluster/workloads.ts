import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import type { Lookup } from '../engine/ports.ts';
import type { JsonObject } from '../lib/json.ts';
import type { KubeApi } from './kube-api.ts';
import { getObject, isName, listPath, rootOf } from './kube.ts';

/** Reads a workload by its kind, `apiVersion` and name. */
export type GetWorkload = (
  kind: Pick<WorkloadKind, 'resource'>,
  apiVersion: string,
  namespace: string,
  name: string,
  signal: AbortSignal,
) => Promise<Lookup<JsonObject>>;

/** `v1`, or a group and a version. The author of a pod can write anything into its owner reference. */
function isApiVersion(text: string): boolean {
  const parts = text.split('/');
  return parts.length <= 2 && parts.every(isName);
}

/** Workloads over the Kubernetes API. Each kind needs the permission to `get` it. */
export function kubeWorkloads(api: Pick<KubeApi, 'get'>): GetWorkload {
  return async ({ resource }, apiVersion, namespace, name, signal) => {
    if (!isApiVersion(apiVersion) || !isName(namespace) || !isName(name)) return { kind: 'missing' };
    return getObject(api, `${listPath(rootOf(apiVersion), resource, namespace)}/${name}`, signal);
  };
}
