import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import type { Lookup } from '../engine/ports.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import type { KubeApi } from './kube-api.ts';
import { isName } from './kube.ts';

/** Reads a workload by its kind and name. */
export type GetWorkload = (
  kind: WorkloadKind,
  namespace: string,
  name: string,
  signal: AbortSignal,
) => Promise<Lookup<JsonObject>>;

/** Workloads over the Kubernetes API. Each kind needs the permission to `get` it. All built-in groups have `v1`. */
export function kubeWorkloads(api: Pick<KubeApi, 'get'>): GetWorkload {
  return async ({ group, resource }, namespace, name, signal) => {
    if (!isName(namespace) || !isName(name)) return { kind: 'missing' };
    const base = group === '' ? '/api/v1' : `/apis/${group}/v1`;
    const lookup = await api.get(`${base}/namespaces/${namespace}/${resource}/${name}`, signal);
    if (lookup.kind !== 'found') return lookup;
    return isObject(lookup.value)
      ? { kind: 'found', value: lookup.value }
      : { kind: 'unavailable', reason: 'server-error' };
  };
}
