import type { Lookup } from '../engine/ports.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import type { KubeApi } from './kube-api.ts';
import { getObject, isName, listPath, objectPath } from './kube.ts';
import { readPages, type ListEnd } from './paged-list.ts';

/** Reads pods and what belongs to them, as `kubectl describe` does. */
export interface Pods {
  pod(namespace: string, name: string, signal: AbortSignal): Promise<Lookup<JsonObject>>;
  /**
   * Lists the pods of a namespace, or of all if it is undefined, and hands each to `onPod`, so that only those that it
   * keeps stay in memory. `labels` is a label selector. The value is whether the list is complete.
   */
  eachPod(
    where: { readonly namespace: string | undefined; readonly labels?: string },
    onPod: (pod: JsonObject) => void,
    signal: AbortSignal,
  ): Promise<Lookup<true>>;
  /** The Events about a pod. */
  events(namespace: string, uid: string, signal: AbortSignal): Promise<Lookup<readonly JsonObject[]>>;
}

/** Pauses before a page is read again after a failure, in ms. A person waits for the answer. */
const pausesMs = [250];

/** The `Pods` port over the Kubernetes API. It needs `get` and `list` of pods, and `list` of events. */
export function kubePods(api: Pick<KubeApi, 'get' | 'list'>): Pods {
  return {
    async pod(namespace, name, signal) {
      const path = objectPath(namespace, 'pods', name);
      return path === undefined ? { kind: 'missing' } : getObject(api, path, signal);
    },

    async eachPod({ namespace, labels = '' }, onPod, signal) {
      if (namespace !== undefined && !isName(namespace)) return { kind: 'missing' };
      const path = listPath('/api/v1', 'pods', namespace);
      const each = async (items: readonly unknown[]) => items.filter(isObject).forEach((pod) => onPod(pod));
      return lookupOf(await readPages(api, { path, selector: labels, pausesMs }, each, signal), true);
    },

    async events(namespace, uid, signal) {
      if (!isName(namespace) || !/^[\w-]{1,64}$/.test(uid)) return { kind: 'missing' };
      const events: JsonObject[] = [];
      const request = { path: listPath('/api/v1', 'events', namespace), fields: `involvedObject.uid=${uid}`, pausesMs };
      const keep = async (items: readonly unknown[]) => void events.push(...items.filter(isObject));
      return lookupOf(await readPages(api, request, keep, signal), events);
    },
  };
}

function lookupOf<T>(end: ListEnd, value: T): Lookup<T> {
  switch (end.kind) {
    case 'complete':
      return { kind: 'found', value };
    case 'missing':
    case 'forbidden':
      return { kind: end.kind };
    case 'unavailable':
      return end;
    case 'rejected':
    case 'expired':
      return { kind: 'unavailable', reason: 'server-error' };
  }
}
