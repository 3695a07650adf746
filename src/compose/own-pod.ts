import { kubeEvents } from '../cluster/events.ts';
import type { KubeApi } from '../cluster/kube-api.ts';
import { cutToBytes } from '../words/plain-text.ts';

/** What this replica tells about itself. */
type Topic = 'start' | 'webhook' | 'nodes';

/** Writes Events on the pod of this replica, so that `kubectl describe pod` shows what is wrong. */
export interface OwnPod {
  /** Tells a problem once, and again while it lasts. Undefined means that there is none, which is told if there was one. */
  tell(topic: Topic, problem: string | undefined): void;
  close(): void;
}

export interface OwnPodOptions {
  readonly api: Pick<KubeApi, 'write'>;
  readonly namespace: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How often a problem that lasts is told again, in ms. The API server keeps an Event for an hour. */
  readonly repeatMs?: number;
}

const reasons = {
  start: { problem: 'NotStarted', healed: 'Started' },
  webhook: { problem: 'WebhookNotReady', healed: 'WebhookReady' },
  nodes: { problem: 'NodesUnknown', healed: 'NodesKnown' },
} as const satisfies Record<Topic, object>;

/** Limit of the API server for the note of an Event, in bytes. */
const noteLimit = 1024;
const writeTimeoutMs = 10_000;

/** Returns what tells nothing outside a pod, where `POD_NAME` and `POD_UID` are not set. */
export function ownPod({ api, namespace, environment, repeatMs = 30 * 60_000 }: OwnPodOptions): OwnPod {
  const { POD_NAME: name = '', POD_UID: uid = '' } = environment;
  if (name === '' || uid === '') return { tell: () => undefined, close: () => undefined };
  const regarding = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid };
  const write = kubeEvents(api, { controller: 'pullgate.dev/webhook', instance: name, now: Date.now });
  const problems = new Map<Topic, string>();

  function send(topic: Topic, problem: string | undefined): void {
    const type = problem === undefined ? 'Normal' : 'Warning';
    const reason = reasons[topic][problem === undefined ? 'healed' : 'problem'];
    const note = cutToBytes(problem ?? 'The problem is solved.', noteLimit);
    // `loggedWrites` logs a failed write. The log has the problem too.
    write({ regarding, type, reason, action: 'Start', note }, AbortSignal.timeout(writeTimeoutMs)).catch(
      () => undefined,
    );
  }

  const timer = setInterval(() => {
    for (const [topic, problem] of problems) send(topic, problem);
  }, repeatMs).unref();
  return {
    tell(topic, problem) {
      if (problems.get(topic) === problem) return;
      if (problem === undefined) problems.delete(topic);
      else problems.set(topic, problem);
      send(topic, problem);
    },
    close: () => clearInterval(timer),
  };
}
