import type { EventsV1Event } from '@kubernetes/client-node';
import type { ObjectIdentity } from '../engine/workload/object-identity.ts';
import type { Wire } from './api-types.ts';
import type { KubeApi, Written } from './kube-api.ts';
import { isName, listPath } from './kube.ts';

/** The content of an Event. Limits of the API server: `note` 1,024 bytes, `reason` and `action` 128 characters. */
export interface EventToWrite {
  readonly regarding: ObjectIdentity;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
}

export interface EventsOptions {
  /** Name of the controller that writes: a qualified name. */
  readonly controller: string;
  /** Name of the replica that writes: its pod. */
  readonly instance: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type WriteEvent = (event: EventToWrite, signal: AbortSignal) => Promise<Written>;

/**
 * Writes Events (events.k8s.io/v1). This needs the permission to `create` `events`, which nothing else needs. Nothing
 * depends on an Event, so a failed write is not repeated; its result is only for the log. `missing` if no object can
 * have the namespace or the name.
 */
export function kubeEvents(api: Pick<KubeApi, 'write'>, { controller, instance, now }: EventsOptions): WriteEvent {
  return async ({ regarding, ...content }, signal) => {
    const { namespace, name } = regarding;
    if (!isName(namespace) || !isName(name)) return { kind: 'missing' };
    const body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      // client-go separates the name and a suffix by a dot, but the API server rejects a prefix that ends in a dot.
      metadata: { generateName: `${name}-`, namespace },
      eventTime: microTime(now()),
      reportingController: controller,
      reportingInstance: instance.slice(0, 128),
      regarding,
      ...content,
    } satisfies Wire<EventsV1Event>;
    const path = listPath('/apis/events.k8s.io/v1', 'events', namespace);
    return api.write({ method: 'POST', path, body }, signal);
  };
}

/** RFC 3339 with six decimals of a second, as MicroTime requires (apimachinery `meta/v1` RFC3339Micro). */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
