import { causeOf, errorIn, speakerOf } from './read-message.ts';
import type { PullCause, Speaker } from './pull-cause.ts';
import type { PullHistory } from './pull-events.ts';

/** What the kubelet said about the image of one container. */
export interface Said {
  /** `state.waiting.reason` of the container: `ImagePullBackOff`, … */
  readonly reason: string;
  /** The error of the container runtime, as it came. Empty if neither the status nor an Event has one. */
  readonly error: string;
  /** Where the error stands. */
  readonly from: 'status' | 'event' | 'nowhere';
  readonly cause: PullCause;
  /** The container runtime, if the error shows it. */
  readonly speaker?: Speaker;
}

/** A container state that has a reason. */
export interface WaitingState {
  readonly reason: string;
  readonly message: string;
}

/** The cause, if a reason alone tells it. */
const byReason: Readonly<Record<string, PullCause>> = {
  InvalidImageName: 'invalid-name',
  ErrImageNeverPull: 'never-present',
  SignatureValidationFailed: 'signature-rejected',
  RegistryUnavailable: 'registry-unavailable',
  ImageInspectError: 'inspect-failed',
};

/** Returns what the kubelet said: the error of the status, or, if it has none, that of the newest Event. */
export function saidOf({ reason, message }: WaitingState, history: PullHistory): Said {
  const inStatus = errorIn(message).error;
  const error = inStatus === '' ? errorIn(history.error).error : inStatus;
  const speaker = speakerOf(error);
  const read = causeOf(error);
  return {
    reason,
    error,
    from: inStatus !== '' ? 'status' : error === '' ? 'nowhere' : 'event',
    cause: read === 'unknown' ? (byReason[reason] ?? 'unknown') : read,
    ...(speaker !== undefined && { speaker }),
  };
}
