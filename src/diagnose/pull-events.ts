import { instantOf } from '../lib/instant.ts';
import { objectAt, textAt, type JsonObject } from '../lib/json.ts';

/** One Event of a pod, or several equal ones that the API server stores as one. */
export interface PodEvent {
  readonly reason: string;
  readonly message: string;
  /** Name of the container that it is about; empty if it is about the pod. */
  readonly container: string;
  /** How many times it happened, at least 1. */
  readonly count: number;
  /** The last time, in ms since 1970; NaN if the Event has no time. */
  readonly lastMs: number;
}

/** Reads an Event of `v1`. Its names and texts are not checked. */
export function readPodEvent(event: JsonObject): PodEvent {
  const fieldPath = textAt(objectAt(event, 'involvedObject'), 'fieldPath');
  const series = objectAt(event, 'series');
  const times = [textAt(series, 'lastObservedTime'), textAt(event, 'lastTimestamp'), textAt(event, 'eventTime')];
  const counts = [series['count'], event['count'], 1];
  return {
    reason: textAt(event, 'reason'),
    message: textAt(event, 'message'),
    container: /^spec\.\w{1,30}\{(?<name>[^}]{1,253})\}$/.exec(fieldPath)?.groups?.['name'] ?? '',
    count: counts.find((count): count is number => typeof count === 'number' && count >= 1) ?? 1,
    lastMs: instantOf(times.find((time) => time !== '') ?? ''),
  };
}

/** What the Events tell about the pulls of one container. */
export interface PullHistory {
  /** The newest error of a pull, as the Event has it; empty if there is none. */
  readonly error: string;
  /** How many pulls failed since the last one that succeeded. 0 if no Event tells. */
  readonly failures: number;
  /** When the last pull failed, in ms since 1970. */
  readonly failedMs?: number;
  /** When the pull began that has not ended, in ms since 1970. */
  readonly pullingSinceMs?: number;
}

/**
 * Reads the pulls of a container from the Events of its pod. The kubelet writes `Pulling`, then `Failed` or `Pulled`.
 * Mirrors kubernetes v1.36.3 pkg/kubelet/events/event.go. The API server keeps Events for one hour by default, and the
 * kubelet drops some of a pod that has too many, so the count is a lower limit.
 */
export function pullHistory(events: readonly PodEvent[], container: string): PullHistory {
  const own = events.filter((event) => event.container === container);
  const pulled = latest(own.filter(({ reason }) => reason === 'Pulled'))?.lastMs ?? -Infinity;
  const since = own.filter(({ lastMs }) => lastMs > pulled);
  const failed = since.filter(
    ({ reason, message }) => reason === 'Failed' && /(?:^|: )Failed to pull image "/.test(message),
  );
  const pulling = since.filter(({ reason }) => reason === 'Pulling');
  const [last, begun] = [latest(failed), latest(pulling)];
  const refused = latest(since.filter(({ reason }) => reason === 'InspectFailed' || reason === 'ErrImageNeverPull'));
  // A pull that is under way is counted as Pulling only. One `Pulling` holds all of its repetitions.
  const inProgress = begun !== undefined && begun.lastMs > (last?.lastMs ?? -Infinity) ? begun : undefined;
  const began = sum(pulling) - (inProgress === undefined ? 0 : 1);
  return {
    error: last?.message ?? refused?.message ?? '',
    failures: last === undefined ? 0 : Math.max(sum(failed), pulled === -Infinity ? began : 0),
    ...(last !== undefined && { failedMs: last.lastMs }),
    ...(inProgress !== undefined && { pullingSinceMs: inProgress.lastMs }),
  };
}

function latest(events: readonly PodEvent[]): PodEvent | undefined {
  return events.reduce<PodEvent | undefined>(
    (found, event) => (found === undefined || event.lastMs >= found.lastMs ? event : found),
    undefined,
  );
}

function sum(events: readonly PodEvent[]): number {
  return events.reduce((total, { count }) => total + count, 0);
}

/** The newest Event that says that the pod sandbox could not be created. */
export function sandboxError(events: readonly PodEvent[]): string {
  return latest(events.filter(({ reason }) => reason === 'FailedCreatePodSandBox'))?.message ?? '';
}

/** The pull secrets that the kubelet could not read. Mirrors `getPullSecretsForPod` of kubernetes v1.36.3. */
export function unreadSecretEvent(events: readonly PodEvent[]): string {
  return latest(events.filter(({ reason }) => reason === 'FailedToRetrieveImagePullSecret'))?.message ?? '';
}
