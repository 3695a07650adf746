import type { Lookup } from '../engine/ports.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import type { KubeApi } from './kube-api.ts';
import { isName, objectPath } from './kube.ts';
import { readListItems } from './list-items.ts';

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
  /** The Events about a pod, at most 500. */
  events(namespace: string, uid: string, signal: AbortSignal): Promise<Lookup<readonly JsonObject[]>>;
}

const pageSize = 250;
const maxEvents = 500;
/** Limit of one object, in bytes: etcd stores 1.5 MiB. */
const itemLimit = 3 * 1024 * 1024;

/** The `Pods` port over the Kubernetes API. It needs `get` and `list` of pods, and `list` of events. */
export function kubePods(api: Pick<KubeApi, 'get' | 'list'>): Pods {
  return {
    async pod(namespace, name, signal) {
      const path = objectPath(namespace, 'pods', name);
      if (path === undefined) return { kind: 'missing' };
      const lookup = await api.get(path, signal);
      if (lookup.kind !== 'found') return lookup;
      return isObject(lookup.value) ? { kind: 'found', value: lookup.value } : serverError;
    },

    async eachPod({ namespace, labels }, onPod, signal) {
      if (namespace !== undefined && !isName(namespace)) return { kind: 'missing' };
      const path = namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${namespace}/pods`;
      const selector = labels === undefined ? '' : `&labelSelector=${encodeURIComponent(labels)}`;
      let next = '';
      do {
        const from = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
        const page = await readPage(api, `${path}?limit=${pageSize}${selector}${from}`, onPod, signal);
        if (page.kind !== 'found') return page;
        next = page.value;
      } while (next !== '');
      return { kind: 'found', value: true };
    },

    async events(namespace, uid, signal) {
      if (!isName(namespace) || !/^[\w-]{1,64}$/.test(uid)) return { kind: 'missing' };
      const events: JsonObject[] = [];
      const path = `/api/v1/namespaces/${namespace}/events?limit=${maxEvents}&fieldSelector=involvedObject.uid%3D${uid}`;
      const page = await readPage(api, path, (event) => void events.push(event), signal);
      return page.kind === 'found' ? { kind: 'found', value: events } : page;
    },
  };
}

const serverError = { kind: 'unavailable', reason: 'server-error' } as const;

/** Reads one page of a list. The value is the token of the next page; empty after the last one. */
async function readPage(
  api: Pick<KubeApi, 'list'>,
  path: string,
  onItem: (item: JsonObject) => void,
  signal: AbortSignal,
): Promise<Lookup<string>> {
  const reply = await api.list(path, signal);
  if (reply.kind !== 'found') return reply;
  try {
    const next = await readListItems(reply.value, itemLimit, (item) => void (isObject(item) && onItem(item)));
    return { kind: 'found', value: next };
  } catch {
    signal.throwIfAborted();
    return serverError;
  }
}
