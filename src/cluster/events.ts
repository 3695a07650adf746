import type { ObjectIdentity } from '../engine/workload/object-identity.ts';
import type { KubeApi, Written } from './kube-api.ts';
import { isName } from './kube.ts';

/** An Event as its author words it; the API server's limits: `note` 1,024 bytes, the short ones 128 characters. */
export interface EventToWrite {
  readonly regarding: ObjectIdentity;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
}

export interface EventsOptions {
  /** Which controller speaks: a qualified name. */
  readonly controller: string;
  /** Which of its replicas: the pod's name. */
  readonly instance: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type WriteEvent = (event: EventToWrite, signal: AbortSignal) => Promise<Written>;

/**
 * Writes Events (events.k8s.io/v1), for a config that wants them: `create` on `events`, a right of its own. An Event is
 * a courtesy: the answer is for the log, and nothing is tried again.
 */
export function kubeEvents(api: Pick<KubeApi, 'write'>, { controller, instance, now }: EventsOptions): WriteEvent {
  return async ({ regarding, ...words }, signal) => {
    const { namespace, name } = regarding;
    if (!isName(namespace) || !isName(name)) return { kind: 'missing' };
    const body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      // The API server refuses a prefix that ends in a dot, as client-go's own names of Events have it.
      metadata: { generateName: `${name}-`, namespace },
      eventTime: microTime(now()),
      reportingController: controller,
      reportingInstance: instance.slice(0, 128),
      regarding,
      ...words,
    };
    const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
    return api.write({ method: 'POST', path, body }, signal);
  };
}

/** RFC 3339 with six digits of a second, as MicroTime must have them (apimachinery `meta/v1` RFC3339Micro). */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
