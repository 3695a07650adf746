import type { Finding } from '../engine/finding.ts';
import type { ObjectIdentity } from '../engine/workload/object-identity.ts';

/** How it ended: every image that was in doubt can be pulled now, or some cannot, and why. */
export interface RecheckReport {
  readonly object: ObjectIdentity;
  readonly outcome: 'healed' | 'failing';
  /** What stands in the way; empty where it healed. */
  readonly findings: readonly Finding[];
}

/**
 * For a metric. `gone`: the object was deleted. `superseded`: it changed. `dropped`: there was no room, or the process
 * ended. `error`: a bug, or a look that found no end.
 */
export type RecheckEnd = RecheckReport['outcome'] | 'gone' | 'superseded' | 'dropped' | 'error';
