import { objectsAt, objectAt, descend, textAt, type JsonObject } from '../lib/json.ts';
import type { ImageUse } from '../engine/workload/image-use.ts';
import { backOffAfter, type BackOff } from './back-off.ts';
import { causeOf, errorIn } from './read-message.ts';
import { pullHistory, sandboxError, type PodEvent } from './pull-events.ts';
import { saidOf, type Said, type WaitingState } from './said.ts';

/** A container that waits for its image. */
export interface Trouble {
  /** Name of the container; empty for the pod itself, whose sandbox has an image too. */
  readonly container: string;
  /** The image that fails: that of the container, or of an image volume. Undefined for the sandbox. */
  readonly use?: ImageUse;
  readonly said: Said;
  /** Undefined if no failed pull is known, or if the kubelet does not back off from this failure. */
  readonly backOff?: BackOff;
  /** When the pull began that has not ended, in ms since 1970. */
  readonly pullingSinceMs?: number;
}

/** Reasons that always concern an image. Mirrors kubernetes v1.36.3 pkg/kubelet/images/types.go. */
const imageReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'SignatureValidationFailed',
  'RegistryUnavailable',
]);

/** Reasons of a container that has not started. They concern an image only if an Event says so. */
const startingReasons: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

/** Causes that a container shows after its image was pulled. */
const afterPull: ReadonlySet<string> = new Set(['unpack-failed', 'incomplete-image', 'disk-full', 'other-platform']);

/** The kubelet tries these again at each resync, without a back-off. */
const withoutBackOff: ReadonlySet<string> = new Set(['InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']);

/** A pull of this length is worth a word, in ms. */
const longPullMs = 60_000;

/**
 * Returns the containers of a pod that wait for an image. `uses` are the images of the pod, `now` in ms since 1970.
 * Events may be missing: then only the status counts. Never throws.
 */
export function troublesOf(
  pod: JsonObject,
  uses: readonly ImageUse[],
  events: readonly PodEvent[],
  now: number,
): readonly Trouble[] {
  const statuses = statusesOf(pod);
  const found = statuses.flatMap((container) => troubleOf(container, uses, events, now) ?? []);
  const sandbox = sandboxTrouble(statuses, events);
  return sandbox === undefined || found.length > 0 ? found : [sandbox];
}

/** Returns whether the status of a pod shows a container that may wait for an image, so that its Events are worth reading. */
export function mayWait(pod: JsonObject): boolean {
  return statusesOf(pod).some((container) => {
    const state = stateOf(container);
    return startingReasons.has(state.reason) || isImageState(state);
  });
}

function statusesOf(pod: JsonObject): readonly JsonObject[] {
  const status = objectAt(pod, 'status');
  return ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'].flatMap((list) =>
    objectsAt(status, list),
  );
}

function troubleOf(
  status: JsonObject,
  uses: readonly ImageUse[],
  events: readonly PodEvent[],
  now: number,
): Trouble | undefined {
  const container = textAt(status, 'name');
  const state = stateOf(status);
  const history = pullHistory(events, container);
  const { pullingSinceMs } = history;
  const pulling = pullingSinceMs !== undefined && now - pullingSinceMs >= longPullMs;
  const starting = startingReasons.has(state.reason);
  if (!isImageState(state) && !(starting && (pulling || history.error !== ''))) return undefined;
  const said = saidOf(starting ? { ...state, message: '' } : state, history);
  const image = errorIn(state.message).image ?? errorIn(history.error).image;
  const own = uses.find(({ kind, name }) => kind !== 'volume' && name === container);
  const use = image === undefined || image === own?.image ? own : (uses.find((other) => other.image === image) ?? own);
  const backsOff = history.failedMs !== undefined && !withoutBackOff.has(state.reason);
  return {
    container,
    ...(use !== undefined && { use }),
    said: starting && history.error === '' ? { ...said, cause: 'still-pulling' } : said,
    ...(backsOff && { backOff: backOffAfter(Math.max(history.failures, 1), history.failedMs) }),
    ...(pulling && { pullingSinceMs }),
  };
}

/** A reason of the kubelet that concerns an image, or another one whose message does. */
function isImageState({ reason, message }: WaitingState): boolean {
  if (imageReasons.has(reason)) return true;
  if (reason === '' || startingReasons.has(reason)) return false;
  // If a pull secret cannot be parsed, the text of the parser is the reason.
  return causeOf(reason) === 'secret-malformed' || afterPull.has(causeOf(errorIn(message).error));
}

/** The state that a container is in, or was in before it started again. */
function stateOf(status: JsonObject): WaitingState {
  const waiting = descend(status, ['state', 'waiting']);
  const ended = [descend(status, ['state', 'terminated']), descend(status, ['lastState', 'terminated'])];
  const reason = textAt(waiting, 'reason');
  const message = textAt(waiting, 'message');
  if (reason === '' || reason === 'CrashLoopBackOff') {
    const failed = ended.find((state) => causeOf(textAt(state, 'message')) === 'other-platform');
    if (failed !== undefined) return { reason: reason || textAt(failed, 'reason'), message: textAt(failed, 'message') };
  }
  return { reason, message };
}

function sandboxTrouble(statuses: readonly JsonObject[], events: readonly PodEvent[]): Trouble | undefined {
  const waits = statuses.some((status) => startingReasons.has(stateOf(status).reason));
  const error = waits ? errorIn(sandboxError(events)).error : '';
  // Only an image of the sandbox is a matter of pulls; a network plugin may fail too.
  if (causeOf(error) !== 'sandbox-image') return undefined;
  const said = saidOf({ reason: 'ContainerCreating', message: error }, { error: '', failures: 0 });
  return { container: '', said };
}
