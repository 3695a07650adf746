import type { PullCause, Speaker } from './pull-cause.ts';

/** One row of the table of messages. */
export interface MessagePattern {
  readonly cause: PullCause;
  /** Who says it. `go`: a text of Go's standard library, which every runtime passes on. */
  readonly speaker: Speaker | 'go';
  /** The first version that is known to say it. Messages of Go have no version. */
  readonly since?: string;
  /**
   * Found anywhere in the message. Without nested repetition, so that the time is linear in the length. Spaces in it
   * keep image names from matching, because no image name has one.
   */
  readonly pattern: RegExp;
  /** The file and the version that the text was read from, or `recorded` for a message of a real node. */
  readonly source: string;
}
